"""Charts stand beside their tables: without the one the other is there."""

from playwright.async_api import Browser, Page, expect

from tests.api.serving import until
from tests.e2e.running import Platform
from tests.page.browsing import Complaints, open_as
from tests.page.conftest import new_page

LABEL = "Net liquidation"


async def test_a_chart_that_cannot_be_loaded_leaves_its_screen_and_its_table(
    browser: Browser, page_address: str, collect: Complaints, running: Platform
) -> None:
    collect.expected += ["chart-canvas"]
    async with new_page(browser, page_address, collect) as page:
        await page.route("**/chart-canvas-*.js", lambda route: route.abort())
        await open_as(page, running)
        figure = page.get_by_role("figure", name=LABEL)
        await expect(figure.get_by_role("alert")).to_contain_text("load the page again")
        await expect(page.get_by_role("table", name="What happened")).to_be_visible()
        await figure.get_by_role("button", name=f"Table: {LABEL}").click()
        await expect(figure.get_by_role("table", name=LABEL).locator("tbody tr").first).to_be_visible()
        await figure.get_by_role("button", name=f"Table: {LABEL}").click()
        await page.unroute("**/chart-canvas-*.js")
        await figure.get_by_role("button", name="Load the page again").click()
        await expect(figure.locator("canvas").first).to_be_visible()


async def test_a_chart_that_gets_wider_shows_no_empty_room(page: Page, collect: Complaints) -> None:
    collect.expected += ["willReadFrequently"]  # the test looks at its pixels
    await expect(page.get_by_role("figure", name=LABEL).locator("canvas").first).to_be_visible()
    wide = 0

    async def filled() -> float:
        share: float = await page.evaluate(FILLED, {"wide": wide})
        return share

    await until(filled, lambda share: share > 0.9)
    await page.set_viewport_size({"width": 1900, "height": 900})
    wide = 1000
    await until(filled, lambda share: share > 0.9)


FILLED = """
({wide}) => {
  const figure = document.querySelector('figure[aria-label="Net liquidation"]');
  const canvas = figure.querySelector("canvas");
  const {width, height} = canvas;
  if (width <= wide) return 0;
  const line = getComputedStyle(figure.querySelector(".legend-line")).color.match(/[\\d.]+/g).map(Number);
  const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
  const isLine = at => line.every((value, part) => part > 2 || Math.abs(data[at + part] - value) < 12);
  let columns = 0;
  for (let x = 0; x < width; x += 1) {
    for (let y = 0; y < height; y += 1) if (isLine(4 * (y * width + x))) { columns += 1; break; }
  }
  return columns / width;
}
"""
"""The share of a chart's width in which its line is drawn, once it is wider than so many pixels."""
