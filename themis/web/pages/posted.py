"""Forms with more in them than is taken, told in a sentence instead of a bare 400."""

from __future__ import annotations

import errno

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import HttpRequest, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from themis.domain.errors import ThemisError

REMEDY = "bring the files in parts, or packed"


class Unusable(ThemisError):
    """A form that cannot be read; `status` is how it is answered."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def check(request: HttpRequest) -> None:
    """Read the form, if the body is one; raises Unusable (400, 413)."""
    try:
        len(request.POST)  # is read at the first look
    except TooManyFilesSent:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FILES
        raise Unusable(413, f"over {most:,} files in one form; {REMEDY}") from None
    except TooManyFieldsSent:
        most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
        raise Unusable(413, f"over {most:,} fields in one form; {REMEDY}") from None
    except RequestDataTooBig:
        most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 2**20
        raise Unusable(413, f"over {most} MB in the fields of one form; {REMEDY}") from None
    except (MultiPartParserError, SuspiciousOperation, BadRequest):
        raise Unusable(400, "no whole form; choose the files again") from None
    except UnreadablePostError:
        raise Unusable(400, "the form broke off; choose the files again") from None
    except OSError as error:
        if error.errno not in {errno.EMFILE, errno.ENFILE}:
            raise
        raise Unusable(413, f"too many files at once; {REMEDY}") from None
