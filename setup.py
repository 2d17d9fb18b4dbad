"""Which folders become which packages, and the data that travels with them."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages("engine"), *find_packages("addin"), "apportion.workbook_templates"],
    package_dir={
        "": "engine",
        "apportion_addin": "addin/apportion_addin",
        # Templates lie at the top of the project, where people look for them, and inside the wheel.
        "apportion.workbook_templates": "workbook_templates",
    },
    package_data={
        "apportion.workbook_templates": ["*.xlsx", "sample_district/*", "sample_programs/*", "program_rubric/*"],
        # Not packages of ours: xlwings Server is pointed at this folder and imports from it.
        "apportion_addin": ["host/**/*"],
        "": ["py.typed"],
    },
    exclude_package_data={"": ["**/__pycache__/*", "**/*.pyc"]},
    include_package_data=False,
    zip_safe=False,
)
