import io
import os
import re

from setuptools import setup

HERE = os.path.dirname(os.path.abspath(__file__))


def read(*names):
    with io.open(os.path.join(HERE, *names), encoding="utf-8") as file:
        return file.read()


setup(
    name="multivisor-plugin",
    version=re.search(r'__version__ = "([^"]+)"', read("multivisor", "__init__.py")).group(1),
    description="Serves a supervisord to Multivisor from supervisord's own event loop",
    long_description=read("README.md"),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    packages=["multivisor"],
    python_requires=">=2.7, !=3.0.*, !=3.1.*, !=3.2.*, !=3.3.*",
    zip_safe=False,
)
