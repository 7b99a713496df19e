"""What the tests of the models share."""

import pytest

from tests.cast import Cast
from tests.models.edges import World, make_world


@pytest.fixture
def world(cast: Cast) -> World:
    return make_world(cast)
