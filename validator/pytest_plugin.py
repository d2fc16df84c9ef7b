"""The pytest plugin under the name of this package, for `-p validator.pytest_plugin`.

The plugin itself is `ianalint_pytest`, outside of the package: another project may have a package
`validator` of its own, which an installed plugin must not get ahead of.
"""

pytest_plugins = ("ianalint_pytest",)
