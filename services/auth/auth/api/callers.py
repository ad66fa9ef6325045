"""Who may call what is for administrators."""

from typing import Annotated

from chassis.security import Principal, Role, require
from fastapi import Depends

Admin = Annotated[Principal, Depends(require(Role.ADMIN))]
