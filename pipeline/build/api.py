"""A build as the command sees it: what was made, what was said, and what stands in `output/` afterwards.

A build that was done before, and whose files all stand, is over before any engine is loaded.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from pipeline.build import output as outputs
from pipeline.build.output import BuildRecord, Output, clear_away, output_lock
from pipeline.build.output_lists import index_page
from pipeline.build.project import Project
from pipeline.build.summary import Build, Remembered, remember_build
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.digests import tools
from pipeline.core.services import records_of_services
from pipeline.load.folders import EDITIONS
from pipeline.model.formats import Order, path_of


def build(order: Order, project: Project) -> Build:
    """Make what is ordered; files that stand already are left alone, what a removed source had made is deleted.

    What could not be made stays as an earlier build has made it, and is told of.
    """
    with output_lock(project):
        key = project.store.key("build", _built_from(project.files), project.aside, project.layouts, order)
        known = project.store.find(key, Remembered)
        before = outputs.read_record(project.output)
        if known and known.built and _stands(known.built, before.files, project):
            built = replace(known.built, pressed=0, bound=0, dated=0, reasons=())
            project.store.asked |= known.keys
            project.rests_on |= known.builds
            _note(order, key, project)
        else:
            if _strange(order.names, project.files):  # processes start once there is something to do
                from pipeline.build.run import refuse_unknown_names

                refuse_unknown_names(order, project.loaded[0])
            from pipeline.build.run import make  # which is not needed where nothing has changed

            built = make(order, project, key)
            whole = built.exit_code() < TypesettingFailure.exit_code
            remember_build(project.store, key, project.rests_on, built if whole else None)
            if whole:
                _note(order, key, project)
        built = _tidy(built, before, order, project)
        if built.pressed or built.bound or built.dated:
            project.store.cap(project.memory, lambda: _rested_on(project))
        return built


def _built_from(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The sources without records of editions and of services, which tell of builds and decide none."""
    return {
        path: made
        for path, made in files.items()
        if path not in records_of_services() and not path.startswith(f"{EDITIONS}/")
    }


def _strange(names: Iterable[str], files: Iterable[str]) -> bool:
    """Whether a name is that of no file or folder: then it is somebody's slip, or stands in a file only."""
    called = {part for path in files for part in path.removesuffix(".md").removesuffix(".yaml").split("/")}
    return not called.issuperset(names)


def prune(project: Project) -> int:
    """Forget what no last build rested on: of anything, of everything, of the copies of a pack; gives how much went."""
    if not project.output.is_dir():
        return 0
    with output_lock(project):
        clear_away(project)
        return project.store.prune(_rested_on(project))


def _rested_on(project: Project) -> frozenset[str]:
    last = project.store.last()
    builds = frozenset[str](last).union(*(known.builds for known in _known(last, project)))
    return builds.union(*(known.keys for known in _known(builds, project)))


def _known(keys: Iterable[str], project: Project) -> Iterator[Remembered]:
    return (known for key in sorted(keys) if (known := project.store.find(key, Remembered)))


def _note(order: Order, key: str, project: Project) -> None:
    """Note a build as the last one, and as the last of everything if it was."""
    project.store.note_last("build", key)
    if not order.names and not order.only_packs:
        project.store.note_last("everything", key)


def _stands(built: Build, before: Iterable[Output], project: Project) -> bool:
    return set(built.outputs) <= set(before) and all(output.is_intact(project.output) for output in built.outputs)


def _tidy(built: Build, before: BuildRecord, order: Order, project: Project) -> Build:
    """Delete what has no place in `output/` any more, and write the record anew; tells what stands there and what went.

    The rows of what is deleted are put aside first: the record names no file that is gone.
    """
    owned, asked, made = set(built.owners), set(built.asked), {output.path for output in built.outputs}
    others = [output for output in before.files if output.path not in made]
    unknown = [output for output in before.changing if output.path not in made]
    gone = [output for output in (*others, *unknown) if (output.owner, output.format) not in owned]
    deleted = tuple(output for output in gone if (project.output / output.path).is_file())
    outputs.announce(project.output, deleted, order.produced, tools())
    outputs.remove_outputs(project.output, gone)
    standing = [
        replace(output, earlier=True) if (output.owner, output.format) in asked else output
        for output in others
        if (output.owner, output.format) in owned and output.has_its_size(project.output)
    ]
    left = [o for o in unknown if (o.owner, o.format) in owned and (project.output / o.path).is_file()]
    outputs.write_record(project.output, (*standing, *built.outputs), order.produced, tools(), left)
    outputs.write_index(project.output, index_page(sorted((*standing, *built.outputs))))
    if (project.output / outputs.REFUSED).is_dir():  # but for what this build was not to make
        kept = {path_of(owner, kind) for owner, kind in owned - asked}
        outputs.clear_refused(project.output, kept | {output.path for output in built.refused})
    earlier = tuple(output for output in standing if (output.owner, output.format) in asked)
    stood = tuple(output for output in before.files if output.path in made)
    return replace(built, earlier=earlier, deleted=deleted, before=stood)
