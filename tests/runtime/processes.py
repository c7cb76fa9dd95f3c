"""Real processes for tests of what several programs do at once, or what a kill leaves behind."""

import multiprocessing

PROCESSES = multiprocessing.get_context("forkserver")
# The server imports these once; each process is then a fork of a single-threaded program.
PROCESSES.set_forkserver_preload(["sargas.runtime.store", "sargas.runtime.history", "tests.runtime.store_cases"])
