"""The parts of the pytest plugin (`ianalint_pytest`) that are loaded when it is used."""
