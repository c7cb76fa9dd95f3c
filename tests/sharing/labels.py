"""Random labels, nations and owners, near enough to each other that some of it may go."""

from hypothesis import strategies as st

from sargas.model.label import Classification, Label
from sargas.sharing.policy.words import Owner, Recipient

NATIONS = st.sampled_from(["LTU", "LVA", "EST", "POL", "FIN"])
MARKS = ("BALTNET", "EYES ONLY", 'QUOTE"', "")
LABELS = st.builds(
    Label,
    policy=st.sampled_from(["SARGAS"] * 6 + ["NATO"]),
    classification=st.sampled_from(list(Classification)),
    releasable_to=st.lists(NATIONS, max_size=5, unique=True).map(sorted).map(tuple),
    caveats=st.lists(st.sampled_from([*MARKS, "EXERCISE"]), max_size=2, unique=True).map(sorted).map(tuple),
    originator=st.sampled_from(["LTU", "LVA", "POL", "LTU+LVA", ""]),
)
RECIPIENTS = st.builds(
    Recipient,
    nation=NATIONS,
    clearance=st.sampled_from(list(Classification)),
    groups=st.lists(st.sampled_from(["NATO", "neighbours", "BALTNET", "EU"]), max_size=3, unique=True).map(tuple),
    caveats=st.lists(st.sampled_from(MARKS), max_size=3, unique=True).map(tuple),
    exercise=st.booleans(),
)
OWNERS = st.builds(Owner, nation=st.sampled_from(["LTU", "LVA", "POL"]), exercise=st.booleans())


@st.composite
def likely(draw: st.DrawFn) -> tuple[Owner, Recipient, Label]:
    """Draw a question that the bounds let through: what then decides are the rules."""
    owner, recipient = draw(OWNERS), draw(RECIPIENTS)
    recipient = Recipient(
        recipient.nation, recipient.clearance, recipient.groups, recipient.caveats, exercise=owner.exercise
    )
    level = draw(st.integers(0, int(recipient.clearance)))
    marks = draw(st.lists(st.sampled_from(recipient.caveats), max_size=2, unique=True)) if recipient.caveats else []
    caveats = (*marks, *(["EXERCISE"] if owner.exercise else []))
    nations = tuple(sorted({recipient.nation, *draw(st.lists(NATIONS, max_size=3))}))
    label = Label(
        classification=Classification(level),
        releasable_to=nations,
        caveats=tuple(sorted(caveats)),
        originator=owner.nation,
    )
    return owner, recipient, label


QUESTIONS = st.one_of(st.tuples(OWNERS, RECIPIENTS, LABELS), likely())
