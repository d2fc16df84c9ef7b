"""The generated /etc/services has every assignment of the sample registry, and of any other."""

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


def entries(text: str) -> set[tuple[str, str]]:
    return {(line.split()[0], line.split()[1]) for line in text.splitlines()}


def test_the_sample_registry(sample_registry: Registry) -> None:
    assert entries(services(sample_registry)) == assigned(sample_registry)


@settings(deadline=None, max_examples=30)
@given(registries())
def test_any_registry(registry: Registry) -> None:
    assert entries(services(registry)) == assigned(registry)
