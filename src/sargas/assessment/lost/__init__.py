"""Lost tracks: where an object may be that no sensor shows any more, and what may have become of it.

Particles fly on from a track's last state by competing hypotheses; what sensors looked at since and did not show is
taken off, what people say is weighed in, and the smallest region that holds most of the rest is told. Page:
docs/lost-tracks.md.
"""
