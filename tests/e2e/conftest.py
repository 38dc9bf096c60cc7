"""Which of these tests are collected: those against a real model server only where one is given."""

from __future__ import annotations

import os

collect_ignore = [] if os.environ.get("THEMIS_TEST_VLLM_URL") else ["test_vllm.py"]
