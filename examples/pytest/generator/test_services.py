"""Does the generated /etc/services keep every assignment, of this registry and of any other?"""

from __future__ import annotations

from hypothesis import given, settings
from services import services

from validator import Registry
from validator.strategies import registries


def assigned(registry: Registry) -> set[tuple[str, str]]:
    return {
        (entry.name, f"{entry.record.port_number}/{entry.transport}")
        for entry in registry.assignments
        if entry.ports is not None
    }


def kept(text: str) -> set[tuple[str, str]]:
    return {(line.split()[0], line.split()[1]) for line in text.splitlines()}


def test_every_assignment_is_kept(sample_registry: Registry) -> None:
    assert kept(services(sample_registry)) == assigned(sample_registry)


@settings(deadline=None, max_examples=30)
@given(registries())
def test_of_any_registry(registry: Registry) -> None:
    assert kept(services(registry)) == assigned(registry)
