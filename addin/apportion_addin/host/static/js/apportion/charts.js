/** Native charts of a sheet: xlwings' own actions know one block of cells as a source, our charts have series of any. */

const TYPES = {
  bar: "BarClustered",
  column: "ColumnClustered",
  stacked_bar: "BarStacked",
  stacked_column: "ColumnStacked",
  scatter: "XYScatter",
  line: "LineMarkers",
};
const INK = "#1B2A33";
const MUTED = "#5C6B73";
const LINE = "#D9E0E3";
const WHITE = "#FFFFFF";
const DARK = ["#0F5C5C", "#5C6B73", "#8A5A83"];

const SIDES = { right: "Right", left: "Left", above: "Top", below: "Bottom" };

/**
 * Draw charts on a sheet that has none.
 * @param {Excel.RequestContext} context
 * @param {string} sheetName
 * @param {object[]} charts as `apportion_addin.looks.charts` describes them
 */
export async function drawCharts(context, sheetName, charts) {
  const sheet = context.workbook.worksheets.getItem(sheetName);
  const drawn = charts.map((chart) => {
    const [source, address] = chart.series[0].values;
    const range = context.workbook.worksheets.getItem(source).getRange(address);
    const native = sheet.charts.add(TYPES[chart.kind], range, "Columns");
    native.series.load("items");
    return native;
  });
  await context.sync();
  drawn.forEach((native, index) => draw(context, sheet, native, charts[index]));
  await context.sync();
}

function draw(context, sheet, native, chart) {
  native.series.items.slice(1).forEach((extra) => extra.delete());
  chart.series.forEach((series, index) => {
    const own = index === 0 ? native.series.items[0] : native.series.add(series.name);
    drawSeries(context, own, chart, series);
  });
  native.title.visible = Boolean(chart.title);
  if (chart.title) {
    native.title.text = chart.title;
    font(native.title.format.font, 12, INK, true);
  }
  drawAxes(native, chart);
  native.legend.visible = chart.legend;
  if (chart.legend) native.legend.position = "Bottom";
  native.setPosition(chart.anchor);
  native.width = chart.width;
  native.height = chart.height;
}

function drawSeries(context, own, chart, series) {
  const cells = ([name, address]) => context.workbook.worksheets.getItem(name).getRange(address);
  own.name = series.name;
  own.setValues(cells(series.values));
  own.setXAxisValues(cells(series.categories));
  if (series.line) {
    own.markerStyle = "None";
    own.format.line.color = series.color;
    own.format.line.weight = 1.25;
    own.format.line.lineStyle = series.line === "dashed" ? "Dash" : "Continuous";
  } else if (chart.kind === "scatter" || chart.kind === "line") {
    own.markerStyle = "Circle";
    own.markerSize = series.size;
    own.markerBackgroundColor = series.color;
    own.markerForegroundColor = series.color;
    if (chart.kind === "line") own.format.line.color = series.color;
  } else {
    own.format.fill.setSolidColor(series.color);
    own.gapWidth = 60;
  }
  own.hasDataLabels = series.labels;
  if (series.labels) drawLabels(own.dataLabels, chart, series);
}

function drawLabels(labels, chart, { color, side }) {
  const inside = chart.kind.startsWith("stacked");
  font(labels.format.font, 9, inside && DARK.includes(color) ? WHITE : INK, false);
  if (chart.kind === "scatter") {
    labels.showSeriesName = true;
    labels.showValue = false;
    labels.position = SIDES[side];
    return;
  }
  labels.showValue = true;
  if (chart.numberFormat) labels.numberFormat = chart.numberFormat;
  labels.position = inside ? "Center" : chart.kind === "line" ? "Top" : "OutsideEnd";
}

function drawAxes(native, chart) {
  const { categoryAxis, valueAxis } = native.axes;
  drawAxis(categoryAxis, chart.xTitle, chart.xFormat, chart.kind === "scatter");
  drawAxis(valueAxis, chart.yTitle, chart.numberFormat, true);
  limit(categoryAxis, chart.xLimits);
  limit(valueAxis, chart.yLimits);
  categoryAxis.tickLabelPosition = "Low";
  if (chart.kind !== "scatter") categoryAxis.reversePlotOrder = chart.reverse;
  // A reversed upright axis carries the other one on top; its labels belong below.
  if (chart.reverse && chart.kind.includes("bar")) valueAxis.tickLabelPosition = "High";
}

function drawAxis(axis, title, numberFormat, grid) {
  axis.majorGridlines.visible = grid;
  if (grid) axis.majorGridlines.format.line.color = LINE;
  axis.format.line.color = LINE;
  font(axis.format.font, 9, MUTED, false);
  axis.title.visible = Boolean(title);
  if (title) {
    axis.title.text = title;
    font(axis.title.format.font, 10, INK, false);
  }
  if (numberFormat) axis.numberFormat = numberFormat;
}

function limit(axis, limits) {
  if (limits) [axis.minimum, axis.maximum, axis.majorUnit] = limits;
}

function font(target, size, color, bold) {
  target.name = "Calibri";
  target.size = size;
  target.color = color;
  target.bold = bold;
}
