"""Who calls: the person who knows the server's token, or anyone where it asks for none."""

from fastapi import HTTPException
from xlwings_server.models import User

from apportion_addin.security import is_token


async def validate_token(token_string: str) -> User:
    """The user, if the Authorization header is the token; asked anew at every request, for tokens change."""
    if not is_token(token_string):
        raise HTTPException(401, "This server asks for a token, and this is not it.")
    return User(id="apportion", name="Apportion")
