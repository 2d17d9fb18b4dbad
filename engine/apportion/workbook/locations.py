"""Where the templates are: inside an installed wheel, or at the top of a checkout."""

from __future__ import annotations

from pathlib import Path

from apportion.errors import ApportionError


class TemplatesMissing(ApportionError, FileNotFoundError):
    """Raised when neither the installed package nor the checkout has the templates."""


def template_folder() -> Path:
    """The folder with the built planner and the sample district.

    >>> (template_folder() / "sample_district" / "Rules.csv").exists()
    True
    """
    package = Path(__file__).parents[1]
    for folder in (package / "workbook_templates", package.parents[1] / "workbook_templates"):
        if (folder / "sample_district").is_dir():
            return folder
    raise TemplatesMissing("The workbook templates are not installed. Install Apportion again.")
