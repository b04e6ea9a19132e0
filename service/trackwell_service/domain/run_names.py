"""Names for runs that were given none: an adjective, a noun and a number (rest-facts §6)."""

from __future__ import annotations

from random import Random
from typing import Final

ADJECTIVES: Final = tuple(
    """
    able airy amber ample awake azure balmy bold brave breezy bright brisk calm candid clear clever cosmic cosy
    crisp curious dapper daring deft eager early earnest easy elated fair famous fancy fleet fluent fond frank
    fresh frosty gentle gifted glad golden grand handy happy hardy hasty hearty honest humble jolly jovial keen
    kind lively loyal lucky lunar mellow merry mighty mild modest neat nimble noble patient placid plucky polite
    proud quick quiet rapid rare ready robust rosy salty serene sharp shiny silent silver sincere sleek smart
    snowy snug solar sound spry steady stout sunny swift tender tidy tough upbeat valiant vivid warm wise witty
    zesty
    """.split()  # noqa: SIM905  # a list of words reads best as words
)

NOUNS: Final = tuple(
    """
    acorn anchor apple arch aspen badger bamboo basil beacon bear beaver birch bison bridge brook canyon cedar
    cheetah cliff clover comet condor coral crane creek cricket dahlia delta dingo dolphin dove dune eagle ember
    falcon fern finch fjord forest fox garden gecko geyser glacier harbor hawk hazel heron hill ibex iris island
    ivy jasmine kelp kestrel koala lagoon lake lantern lark lemur lilac lily lynx maple marten meadow mesa minnow
    moose moth oak oasis olive orchid osprey otter owl panda pebble pelican pine planet plum pond puffin quail
    quartz rabbit raven reef ridge river robin sable salmon seal sparrow spruce stork summit swan tern thistle
    tiger trout tulip tundra valley walnut walrus willow wren yak zebra
    """.split()  # noqa: SIM905  # a list of words reads best as words
)

MAX_NUMBER: Final = 999
"""Greatest number in a name, so that with the longest words it has 20 characters."""


def run_name(random: Random) -> str:
    """A name such as ``brisk-otter-417``: at most 20 characters, lower case. Names repeat; ids do not."""
    return f"{random.choice(ADJECTIVES)}-{random.choice(NOUNS)}-{random.randint(100, MAX_NUMBER)}"
