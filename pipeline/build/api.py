"""A build as the command sees it: what was made, the remarks, and the files that are in `output/` afterwards.

A build that was done before, and whose files are all there, ends before any engine is loaded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.build import output as outputs
from pipeline.build.output import BuildRecord, Output, output_lock, remove_leftovers
from pipeline.build.output_lists import index_page
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult, Remembered, remember_build
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.digests import tool_versions
from pipeline.core.services import service_records
from pipeline.load.folders import EDITIONS_FOLDER
from pipeline.model.formats import Order, path_of


def build(order: Order, project: Project) -> BuildResult:
    """Make what is ordered; files that are up to date are left alone, files of a removed source are deleted.

    The files of an earlier build stay, and are reported, if they could not be made again.
    """
    with output_lock(project):
        key = project.store.key("build", _decisive(project.files), project.aside, project.layouts, order)
        known = project.store.find(key, Remembered)
        record = outputs.read_build_record(project.output)
        if known and known.built and _has_intact_files(known.built, record.files, project):
            built = replace(known.built, pressed=0, bound=0, dated=0, reasons=())
            project.store.asked |= known.keys
            project.rests_on |= known.builds
            is_whole = True
        else:
            if _may_be_unknown(order.names, project.files):  # processes start once there is something to do
                from pipeline.build.run import refuse_unknown_names

                refuse_unknown_names(order, project.loaded[0])
            from pipeline.build.run import run_build  # which is not needed where nothing has changed

            built = run_build(order, project, key)
            is_whole = built.exit_code() < TypesettingFailure.exit_code
            remember_build(project.store, key, project.rests_on, built if is_whole else None)
        if is_whole:
            project.store.note_last("build", key)
            if not order.names and not order.only_packs:
                project.store.note_last("everything", key)
        built = _tidy_output(built, record, order, project)
        if built.pressed or built.bound or built.dated:
            project.store.cap(project.memory, lambda: _needed_keys(project))
        return built


def _decisive(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return the sources without records of editions and of services, which describe builds and decide none."""
    return {
        path: content
        for path, content in files.items()
        if path not in service_records() and not path.startswith(f"{EDITIONS_FOLDER}/")
    }


def _may_be_unknown(names: Iterable[str], files: Iterable[str]) -> bool:
    """Return whether no file or folder has one of these names: it is a mistake, or is in a file only."""
    known = {part for path in files for part in path.removesuffix(".md").removesuffix(".yaml").split("/")}
    return not known.issuperset(names)


def prune(project: Project) -> int:
    """Delete cache entries that the last builds did not use; returns how many.

    The last builds are the last of any kind, the last of everything, and the last of a pack's copies.
    """
    if not project.output.is_dir():
        return 0
    with output_lock(project):
        remove_leftovers(project)
        return project.store.prune(_needed_keys(project))


def _needed_keys(project: Project) -> frozenset[str]:
    """Return the keys of the last builds, and of all that they depend on."""
    last = project.store.last()
    builds = frozenset[str](last).union(*(known.builds for known in _known_builds(last, project)))
    return builds.union(*(known.keys for known in _known_builds(builds, project)))


def _known_builds(keys: Iterable[str], project: Project) -> Iterator[Remembered]:
    return (known for key in sorted(keys) if (known := project.store.find(key, Remembered)))


def _has_intact_files(built: BuildResult, rows: Iterable[Output], project: Project) -> bool:
    return set(built.outputs) <= set(rows) and all(output.is_intact(project.output) for output in built.outputs)


def _tidy_output(built: BuildResult, record: BuildRecord, order: Order, project: Project) -> BuildResult:
    """Delete files that do not belong in `output/` any more, and write the record; returns the build with these files.

    The rows of deleted files are marked as changing first, so that the record names no file that is gone.
    """
    owned, asked, made = set(built.owners), set(built.asked), {output.path for output in built.outputs}
    others = [output for output in record.files if output.path not in made]
    unknown = [output for output in record.changing if output.path not in made]
    disowned = [output for output in (*others, *unknown) if (output.owner, output.format) not in owned]
    deleted = tuple(output for output in disowned if (project.output / output.path).is_file())
    outputs.mark_changing(project.output, deleted, order.produced, tool_versions())
    outputs.remove_outputs(project.output, disowned)
    kept = [
        replace(output, earlier=True) if (output.owner, output.format) in asked else output
        for output in others
        if (output.owner, output.format) in owned and output.has_its_size(project.output)
    ]
    changing = [o for o in unknown if (o.owner, o.format) in owned and (project.output / o.path).is_file()]
    outputs.write_record(project.output, (*kept, *built.outputs), order.produced, tool_versions(), changing)
    outputs.write_index(project.output, index_page(sorted((*kept, *built.outputs))))
    if (project.output / outputs.REFUSED).is_dir():  # those of other builds stay
        of_others = {path_of(owner, kind) for owner, kind in owned - asked}
        outputs.clear_refused(project.output, of_others | {output.path for output in built.refused})
    earlier = tuple(output for output in kept if (output.owner, output.format) in asked)
    before = tuple(output for output in record.files if output.path in made)
    return replace(built, earlier=earlier, deleted=deleted, before=before)
