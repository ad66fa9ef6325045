"""The own second factor; an administrator takes it from who lost the device."""

from uuid import UUID

from chassis.parameters import Db
from chassis.security import Authenticated
from fastapi import APIRouter, Request, Response

from auth.api.callers import Admin, person
from auth.api.models import PasswordProof, RecoveryCodes, SecondFactorCode, SecondFactorOffer, UserOut
from auth.api.sessions import address_of, told
from auth.application import second_factors

router = APIRouter(tags=["auth"])
WHAT = "second factor"


@router.post("/auth/second-factor", status_code=201)
def begin_second_factor(
    request: Request, response: Response, given: PasswordProof, caller: Authenticated
) -> SecondFactorOffer:  # fmt: skip
    """A secret for the own device; it counts once a code of it is confirmed."""
    user_id, state = person(caller, WHAT), request.app.state
    with told():
        offer = second_factors.begin(
            state.database, state.throttle, user_id, caller.name, given.current, address_of(request)
        )
    response.headers["Cache-Control"] = "no-store"
    return SecondFactorOffer(secret=offer.secret, uri=offer.uri, picture=offer.picture)


@router.post("/auth/second-factor/confirm")
def confirm_second_factor(
    database: Db, response: Response, given: SecondFactorCode, caller: Authenticated
) -> RecoveryCodes:  # fmt: skip
    """Turn it on with a first code; recovery codes are told once."""
    codes = second_factors.confirm(database, person(caller, WHAT), caller.name, given.code)
    response.headers["Cache-Control"] = "no-store"
    return RecoveryCodes(codes=codes)


@router.post("/auth/second-factor/remove", status_code=204)
def remove_second_factor(request: Request, given: PasswordProof, caller: Authenticated) -> None:
    """Turn it off."""
    user_id, state = person(caller, WHAT), request.app.state
    with told():
        second_factors.remove(state.database, state.throttle, user_id, caller.name, given.current, address_of(request))


@router.post("/users/{user_id}/second-factor/reset", tags=["administration"])
def reset_second_factor(database: Db, user_id: UUID, caller: Admin) -> UserOut:
    """Take it from somebody who lost the device; all their sessions end."""
    return UserOut(**second_factors.reset(database, user_id, caller.actor).model_dump())
