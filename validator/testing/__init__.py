"""The parts of the pytest plugin (`validator.pytest_plugin`) that are loaded when it is used."""
