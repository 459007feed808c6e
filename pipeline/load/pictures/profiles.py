"""The printer's profile that `library.yaml` names: an ICC profile of a press with four inks."""

from collections.abc import Mapping
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath

from pipeline.core.diagnostics import Diagnostics
from pipeline.core.messages import message
from pipeline.core.sentences import close_matches
from pipeline.model.formats import Asset
from pipeline.model.source.library_file import LibrarySettings

PROFILE_ENDS = (".icc", ".icm")
MEDIA_TYPE = "application/vnd.iccprofile"
_CLASSES = {
    "scnr": "a scanner or camera",
    "mntr": "a screen",
    "link": "the way between two devices",
    "spac": "a colour space",
    "abst": "a colour effect",
    "nmcl": "a list of named colours",
}


def read_profile(imprint: LibrarySettings, files: Mapping[str, bytes], diagnostics: Diagnostics) -> Asset | None:
    """The profile as it will be used, or None: none is named, or it cannot be used, which is reported."""
    name = imprint.fields.print.profile
    if name is None:
        return None
    folder, place = PurePosixPath(imprint.path).parent, imprint.marks.at("print", "profile")
    path = str(folder / name)
    if ".." in PurePosixPath(name).parts or name.startswith("/"):
        diagnostics.report(message("profile-unfit", place, name=name, reason="it lies outside source/"))
    elif path not in files:
        known = [one.removeprefix(f"{folder}/") for one in files if one.lower().endswith(PROFILE_ENDS)]
        guess = close_matches(name, known) or known[:1]
        hint = f"Did you mean '{guess[0]}'?" if guess else None
        diagnostics.report(message("profile-unfit", place, hint, name=name, reason="there is no such file in source/"))
    elif reason := profile_fault(files[path]):
        diagnostics.report(message("profile-unfit", place, name=name, reason=reason))
    else:
        return Asset(path, MEDIA_TYPE, sha256(files[path]).hexdigest(), files[path])
    return None


def profile_fault(content: bytes) -> str:
    """Why a file is not the profile of a press with four inks; empty if it is."""
    if len(content) < 132 or content[36:40] != b"acsp":  # the header and the count of tags (ICC.1:2022, 7.1)
        return "it is not an ICC profile"
    from PIL import ImageCms  # few libraries name a profile

    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(content))
        kind, space = profile.profile.device_class, profile.profile.xcolor_space.strip()
        if kind != "prtr":
            return f"it describes {_CLASSES.get(kind, 'something else')}, not a printing press"
        if space != "CMYK":
            return f"its inks are {space}, not CMYK"
        screen, relative = ImageCms.createProfile("sRGB"), ImageCms.Intent.RELATIVE_COLORIMETRIC
        for source, target, inside, outside in ((screen, profile, "RGB", "CMYK"), (profile, screen, "CMYK", "RGB")):
            ImageCms.buildTransform(source, target, inside, outside, renderingIntent=relative)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return "it is damaged"
    return ""
