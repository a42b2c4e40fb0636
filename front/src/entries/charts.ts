// Lines and bars from a table's numbers, in the colours of the page.
import { BarChart, LineChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";

import { whenPresent } from "../app/pages";

use([LineChart, BarChart, GridComponent, LegendComponent, TooltipComponent, MarkLineComponent, AriaComponent, CanvasRenderer]);

// <div data-chart="line" aria-label="..."><script type="application/json">{"labels": [...], "series": [{"name", "values"}]}</script></div>
type Shown = { labels: string[]; series: { name: string; values: (number | null)[]; soft?: boolean }[]; unit?: string; target?: number; across?: boolean };

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function optionsFor(kind: string, shown: Shown): EChartsCoreOption {
  const [ink, quiet, line, sheet] = [token("ink"), token("ink-3"), token("line"), token("sheet")];
  const text = { color: quiet, fontFamily: token("sans"), fontSize: 12 };
  const names = { type: "category", data: shown.labels, axisLine: { lineStyle: { color: token("line-2") } }, axisTick: { show: false }, axisLabel: { ...text, hideOverlap: true }, inverse: Boolean(shown.across) };
  const values = { type: "value", axisLabel: { ...text, formatter: `{value}${shown.unit ?? ""}` }, splitLine: { lineStyle: { color: line } }, splitNumber: 3, scale: kind === "line", max: shown.unit === "%" ? (range: { max: number }) => (range.max <= 100 ? 100 : undefined) : undefined };
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 300,
    aria: { enabled: true },
    color: ["series-1", "series-2", "series-3", "series-4", "series-5"].map(token),
    textStyle: { fontFamily: token("sans") },
    grid: { left: 4, right: 12, top: shown.series.length > 1 ? 34 : 12, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: shown.series.length > 1 ? { top: 0, left: 0, icon: "rect", itemWidth: 14, itemHeight: 3, textStyle: { ...text, color: token("ink-2") } } : undefined,
    // Drawn on the canvas: an HTML tooltip would need inline styles.
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: sheet, borderColor: token("line-2"), textStyle: { color: ink, fontSize: 12 }, axisPointer: { lineStyle: { color: quiet } }, valueFormatter: (value: unknown) => `${value ?? "—"}${shown.unit ?? ""}` },
    xAxis: shown.across ? values : names,
    yAxis: shown.across ? names : values,
    series: shown.series.map((series, index) => ({
      name: series.name,
      type: kind,
      data: series.values,
      symbol: "none",
      lineStyle: { width: series.soft ? 1.2 : 2, type: series.soft || index % 2 ? "dashed" : "solid" },
      barMaxWidth: 18,
      itemStyle: { borderRadius: 1 },
      markLine: shown.target !== undefined && index === 0 ? { silent: true, symbol: "none", label: { ...text, formatter: `${shown.target}${shown.unit ?? ""}`, position: "insideEndTop" }, lineStyle: { color: token("accent"), type: "dashed" }, data: [shown.across ? { xAxis: shown.target } : { yAxis: shown.target }] } : undefined,
    })),
  };
}

whenPresent("[data-chart]", (place) => {
  const source = place.querySelector('script[type="application/json"]');
  if (!source?.textContent) return;
  const shown = JSON.parse(source.textContent) as Shown;
  const chart = init(place);
  place.setAttribute("role", "img");
  const draw = () => chart.setOption(optionsFor(place.dataset.chart ?? "line", shown), true);
  draw();
  new ResizeObserver(() => chart.resize()).observe(place);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme", "data-size"] });
});
