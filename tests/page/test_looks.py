"""The parts of the page that stand still look as they did: log-in, shell, kill switch, a state without data.

Pictures are compared as small and grey, so that another font is no difference and another layout is one. References are
in tests/page/references; RENEW_REFERENCES=1 writes them anew, to be looked at before they are kept.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat
from playwright.async_api import Page, expect

REFERENCES = Path(__file__).parent / "references"
SMALL = 16
"""So many pixels each way are one."""
UNLIKE_MAX = 0.03
"""The mean difference, of 1; another font comes to a third of it."""
NOWHERE = "nowhere"
LIVE = ".top .badge, .top details, time, .dialog-body > p:first-child"
"""What changes while one looks, or names who does."""


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_log_in_looks_as_it_did(stranger: Page, theme: str) -> None:
    await stranger.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    await stranger.goto("./")
    await expect(stranger.get_by_role("button", name="Log in")).to_be_visible()
    alike(await stranger.screenshot(), f"log-in-{theme}")


@pytest.mark.parametrize("theme", ["dark", "light"])
async def test_the_shell_and_a_state_without_data_look_as_they_did(page: Page, theme: str) -> None:
    await page.emulate_media(color_scheme="dark" if theme == "dark" else "light", reduced_motion="reduce")
    await page.goto(NOWHERE)
    await page.get_by_role("button", name="Understood").click()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await hide(page)
    alike(await page.screenshot(), f"shell-{theme}")


async def test_the_kill_switch_looks_as_it_did(page: Page) -> None:
    await page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    await page.keyboard.press("Shift+K")
    dialog = page.get_by_role("dialog", name="Kill switch")
    await expect(dialog.get_by_text("Entries are let through")).to_be_visible()
    await hide(page)
    alike(await dialog.screenshot(), "kill-switch-dark")


async def hide(page: Page) -> None:
    """Hide what is live, in a way that the page's policy allows."""
    await page.evaluate(
        "live => { for (const each of document.querySelectorAll(live)) each.style.visibility = 'hidden' }", LIVE
    )


def alike(picture: bytes, name: str) -> None:
    """Compare a picture with its reference; fails with how unlike they are, and how to renew it."""
    found = _small(Image.open(io.BytesIO(picture)))
    path = REFERENCES / f"{name}.png"
    if os.environ.get("RENEW_REFERENCES"):
        REFERENCES.mkdir(exist_ok=True)
        found.save(path, optimize=True)
        return
    how = "when it is meant to look so: RENEW_REFERENCES=1 make test TEST_ARGS=tests/page/test_looks.py, and look"
    assert path.exists(), f"{path} is not there; {how}"
    reference = Image.open(path)
    unlike = ImageStat.Stat(ImageChops.difference(found.resize(reference.size), reference)).mean[0] / 255
    assert unlike <= UNLIKE_MAX, f"{name} is unlike its reference by {unlike:.3f} of at most {UNLIKE_MAX}; {how}"


def _small(picture: Image.Image) -> Image.Image:
    size = (picture.width // SMALL, picture.height // SMALL)
    return picture.convert("L").resize(size, Image.Resampling.BOX)
