// Charts. A chart in the model: {id, name, type, left, top, width, height, title, legend, axes, format, series: [SERIES]};
// a SERIES has `values` and `categories` as references ('By school'!$B$6:$B$30), `name` and perhaps its cell `nameFrom`.
(() => {
  const stub = globalThis.OfficeStub;
  const { type, fail, fields, part, range } = stub;
  const CLUSTERED = ["Column", "Bar"].flatMap((one) => ["Clustered", "Stacked", "Stacked100"].map((how) => one + how));
  const TYPES = [
    "Invalid", ...CLUSTERED, "Line", "LineStacked", "LineStacked100", "LineMarkers", "LineMarkersStacked", "LineMarkersStacked100", "Pie", "PieExploded", "PieOfPie", "BarOfPie",
    "XYScatter", "XYScatterSmooth", "XYScatterSmoothNoMarkers", "XYScatterLines", "XYScatterLinesNoMarkers", "Area", "AreaStacked", "AreaStacked100", "Doughnut", "DoughnutExploded",
    "Radar", "RadarMarkers", "RadarFilled", "Bubble", "Histogram", "Boxwhisker", "Pareto", "Treemap", "Waterfall", "Sunburst", "Funnel", "3DColumn", "3DPie", "3DLine",
  ];
  const reference = (r) => `${stub.quote(r.sheet.name)}!${stub.write(r, "$")}`;
  const value = (r, i, j) => stub.valueOf(r.sheet.cells[stub.key(r.row + i, r.column + j)]);
  const plain = (one) => typeof one === "number";
  /** The series that Excel makes of a range: along its longer side, with text at the edges as names and categories. */
  const seriesOf = (given, by = "Auto") => {
    if (!["Auto", "Columns", "Rows"].includes(by)) fail("InvalidArgument", `Series do not run by "${by}".`);
    const used = stub.used(given.sheet, true, given);
    const r = used && stub.size(given) > 100000 ? range(given.sheet, used) : given;
    const byColumns = by === "Columns" || (by === "Auto" && r.rows >= r.columns);
    const [long, wide] = byColumns ? [r.rows, r.columns] : [r.columns, r.rows];
    const at = (along, across) => (byColumns ? value(r, along, across) : value(r, across, along));
    const strip = (along, across, length) => stub.within(r, byColumns ? { row: r.row + along, column: r.column + across, rows: length, columns: 1 } : { row: r.row + across, column: r.column + along, rows: 1, columns: length });
    const named = long > 1 && Array.from({ length: wide }, (_, k) => at(0, k)).slice(-1).every((one) => !plain(one));
    const labeled = wide > 1 && (at(0, 0) === "" ? named : Array.from({ length: long - Number(named) }, (_, k) => at(k + Number(named), 0)).some((one) => !plain(one)));
    const start = Number(named);
    return Array.from({ length: wide - Number(labeled) }, (_, k) => {
      const across = k + Number(labeled);
      return {
        name: named ? String(at(0, across)) : `Series${k + 1}`, ...(named ? { nameFrom: reference(strip(0, across, 1)) } : {}),
        values: reference(strip(start, across, long - start)), ...(labeled ? { categories: reference(strip(start, 0, long - start)) } : {}),
      };
    });
  };
  const add = (sheet, kind, source, by) => {
    if (!TYPES.includes(kind)) fail("InvalidArgument", `"${kind}" is no type of chart.`);
    if (!source?.sheet) fail("InvalidArgument", "A chart is made from a range.");
    const series = seriesOf(source, by);
    let n = sheet.charts.length + 1;
    while (sheet.charts.some((chart) => chart.name === `Chart ${n}`)) n += 1;
    const chart = {
      id: stub.id(), name: `Chart ${n}`, type: kind, left: 100, top: 50, width: 360, height: 216, style: 2, plotBy: by === "Rows" ? "Rows" : "Columns",
      title: series.length === 1 ? { visible: true, text: series[0].name } : { visible: true, text: "Chart Title" }, legend: { visible: series.length > 1, position: "Bottom" }, axes: {}, series,
    };
    sheet.charts.push(chart);
    return { sheet, chart };
  };
  const gone = ({ sheet, chart }) => !stub.book.sheets.includes(sheet) || !sheet.charts.includes(chart);
  const own = (name) => [(t) => t.chart[name], (t, given) => (t.chart[name] = given)];
  const points = (name, least) => [(t) => t.chart[name], (t, given) => (t.chart[name] = typeof given === "number" && given >= least ? given : fail("InvalidArgument", `${name} cannot be ${given}.`))];
  const inside = (typeName, name) => [typeName, (t) => (t.chart[name] ??= {})];
  const position = (t, start, end) => {
    const from = stub.fromAddress(t.sheet, start);
    const to = end === undefined || end === null || end === "" ? null : stub.fromAddress(t.sheet, end);
    const along = (lines, at) => stub.distance(t.sheet, lines, 0, at);
    t.chart.anchor = { from: stub.write(stub.within(from, { rows: 1, columns: 1 })), ...(to ? { to: stub.write(stub.within(to, { rows: 1, columns: 1 })) } : {}) };
    t.chart.left = along("columns", from.column);
    t.chart.top = along("rows", from.row);
    const last = to ?? (stub.size(from) > 1 ? from : null);
    if (!last) return;
    t.chart.width = along("columns", last.column + last.columns) - t.chart.left;
    t.chart.height = along("rows", last.row + last.rows) - t.chart.top;
  };
  const R = (method) => ["Range", method];
  type("Chart", {
    gone, read: { id: (t) => t.chart.id },
    write: {
      name: own("name"), left: points("left", 0), top: points("top", 0), width: points("width", 1), height: points("height", 1),
      chartType: [(t) => t.chart.type, (t, given) => (t.chart.type = TYPES.includes(given) ? given : fail("InvalidArgument", `"${given}" is no type of chart.`))],
      style: [(t) => t.chart.style, (t, given) => (t.chart.style = Number.isInteger(given) && given > 0 ? given : fail("InvalidArgument", `There is no chart style ${given}.`))],
      plotBy: [(t) => t.chart.plotBy, (t, given) => (t.chart.plotBy = stub.oneOf("Rows", "Columns")(given))],
      displayBlanksAs: [(t) => t.chart.displayBlanksAs ?? "NotPlotted", (t, given) => (t.chart.displayBlanksAs = stub.oneOf("NotPlotted", "Zero", "Interplotted")(given))],
      plotVisibleOnly: [(t) => t.chart.plotVisibleOnly ?? true, (t, given) => (t.chart.plotVisibleOnly = given)], showAllFieldButtons: [(t) => t.chart.showAllFieldButtons ?? true, (t, given) => (t.chart.showAllFieldButtons = given)],
      seriesNameLevel: [(t) => t.chart.seriesNameLevel ?? 0, (t, given) => (t.chart.seriesNameLevel = given)], categoryLabelLevel: [(t) => t.chart.categoryLabelLevel ?? 0, (t, given) => (t.chart.categoryLabelLevel = given)],
    },
    link: {
      title: inside("ChartTitle", "title"), legend: inside("ChartLegend", "legend"), axes: ["ChartAxes", (t) => t], series: ["ChartSeriesCollection", (t) => t], format: inside("ChartAreaFormat", "format"),
      plotArea: inside("ChartPlotArea", "plotArea"), dataLabels: inside("ChartDataLabels", "dataLabels"), worksheet: ["Worksheet", (t) => t.sheet],
    },
    act: {
      delete: ({ sheet, chart }) => sheet.charts.splice(sheet.charts.indexOf(chart), 1), setPosition: position, activate: (t) => (stub.book.active = t.sheet.name),
      setData: (t, source, by) => Object.assign(t.chart, { series: seriesOf(source, by), plotBy: by === "Rows" ? "Rows" : "Columns" }),
    },
    result: { getImage: () => "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==" },
    events: ["onActivated", "onDeactivated"],
  });
  const charts = (sheet) => sheet.charts.map((chart) => ({ sheet, chart }));
  const pick = (sheet, key) => charts(sheet).find(({ chart }) => chart.name === key || chart.id === key);
  const C = (method) => ["Chart", method];
  type("ChartCollection", {
    items: ["Chart", charts], read: { count: (sheet) => sheet.charts.length },
    object: {
      add: C(add), getItem: C((sheet, key) => pick(sheet, key) ?? fail("ItemNotFound", `There is no chart "${key}".`)), getItemOrNullObject: C(pick),
      getItemAt: C((sheet, n) => charts(sheet)[n] ?? fail("ItemNotFound", `There is no chart ${n}.`)),
    },
    result: { getCount: (sheet) => sheet.charts.length }, events: ["onAdded", "onDeleted", "onActivated", "onDeactivated"],
  });

  // --- looks
  const LINE = { color: "", lineStyle: ["Automatic", ["None", "Continuous", "Dash", "DashDot", "DashDotDot", "Dot", "Grey25", "Grey50", "Grey75", "Automatic", "RoundDot"]], weight: 0.75 };
  type("ChartFont", { write: fields({ bold: false, color: "#000000", italic: false, name: "Calibri", size: 10, underline: ["None", ["None", "Single"]] }) });
  type("ChartLineFormat", { write: fields(LINE), act: { clear: (t) => Object.assign(t, { lineStyle: "None" }) } });
  type("ChartFill", {
    act: {
      setSolidColor: (t, given) => {
        t.solid = stub.color(given);
        delete t.cleared;
      },
      clear: (t) => {
        delete t.solid;
        t.cleared = true;
      },
    },
    result: { getSolidColor: (t) => t.solid ?? fail("InvalidOperation", "The fill is not solid.") },
  });
  const looks = { fill: part("ChartFill", "fill"), font: part("ChartFont", "font"), border: part("ChartLineFormat", "border"), line: part("ChartLineFormat", "line") };
  type("ChartAreaFormat", { link: looks, write: fields({ roundedCorners: false }) });
  type("ChartFormat", { link: looks });
  type("ChartPlotArea", { link: { format: part("ChartFormat", "format") }, write: fields({ left: 0, top: 0, width: 300, height: 180, insideLeft: 0, insideTop: 0, insideWidth: 280, insideHeight: 160, position: ["Automatic", ["Automatic", "Custom"]] }) });
  const formatted = { format: part("ChartFormat", "format") };
  const TITLE = { text: "", visible: true, overlay: false, left: 0, top: 0, textOrientation: 0, showShadow: false, horizontalAlignment: ["Center", ["Center", "Left", "Right", "Justify", "Distributed"]], verticalAlignment: ["Center", ["Center", "Top", "Bottom"]], position: ["Top", ["Automatic", "Top", "Bottom", "Left", "Right"]] };
  type("ChartTitle", { link: formatted, write: fields(TITLE), act: { setFormula: (t, formula) => (t.text = formula) } });
  type("ChartAxisTitle", { link: formatted, write: { ...fields(TITLE), visible: fields({ visible: false }).visible }, act: { setFormula: (t, formula) => (t.text = formula) } });
  type("ChartLegend", { link: formatted, write: fields({ visible: true, overlay: false, left: 0, top: 0, width: 100, height: 20, showShadow: false, position: ["Right", ["Top", "Bottom", "Left", "Right", "Corner", "Custom"]] }) });
  const LABELS = { showValue: true, showCategoryName: false, showSeriesName: false, showLegendKey: false, showPercentage: false, showBubbleSize: false, separator: ",", numberFormat: "General", linkNumberFormat: true, autoText: true, textOrientation: 0, position: ["OutsideEnd", ["Invalid", "None", "Center", "InsideEnd", "InsideBase", "OutsideEnd", "Left", "Right", "Top", "Bottom", "BestFit", "Callout"]] };
  type("ChartDataLabels", { link: formatted, write: fields(LABELS) });

  // --- axes
  const AXES = { Category: "category", Value: "value", Series: "series" };
  const axis = (t, kind, group = "Primary") => {
    const name = AXES[kind] ?? fail("InvalidArgument", `There is no axis "${kind}".`);
    const key = group === "Secondary" ? `secondary${kind}` : name;
    if (group === "Secondary" && !t.chart.series.some((one) => one.axisGroup === "Secondary")) fail("ItemNotFound", "The chart has no secondary axis.");
    return ((t.chart.axes ??= {})[key] ??= {});
  };
  const A = (method) => ["ChartAxis", method];
  type("ChartAxes", { link: { categoryAxis: A((t) => axis(t, "Category")), valueAxis: A((t) => axis(t, "Value")), seriesAxis: A((t) => axis(t, "Series")) }, object: { getItem: A(axis) } });
  const scale = (name) => [(t) => t[name] ?? "", (t, given) => {
    if (given === "") delete t[name];
    else t[name] = typeof given === "number" ? given : fail("InvalidArgument", `${name} cannot be ${JSON.stringify(given)}.`);
  }];
  const TICKS = ["NextToAxis", ["High", "Low", "NextToAxis", "None"]];
  const MARKS = ["Outside", ["None", "Cross", "Inside", "Outside"]];
  type("ChartAxis", {
    link: { format: part("ChartFormat", "format"), title: part("ChartAxisTitle", "title"), majorGridlines: part("ChartGridlines", "majorGridlines"), minorGridlines: part("ChartGridlines", "minorGridlines") },
    write: {
      ...fields({
        visible: true, numberFormat: "General", linkNumberFormat: true, reversePlotOrder: false, position: ["Automatic", ["Automatic", "Maximum", "Minimum", "Custom"]], tickLabelPosition: TICKS, majorTickMark: MARKS, minorTickMark: ["None", MARKS[1]],
        displayUnit: ["None", ["None", "Hundreds", "Thousands", "TenThousands", "HundredThousands", "Millions", "TenMillions", "HundredMillions", "Billions", "Trillions", "Custom"]], showDisplayUnitLabel: true, tickLabelSpacing: null, tickMarkSpacing: 1,
        scaleType: ["Linear", ["Linear", "Logarithmic"]], logBase: 10, categoryType: ["Automatic", ["Automatic", "TextAxis", "DateAxis"]], isBetweenCategories: true, multiLevel: true, offset: 100, textOrientation: 0, alignment: ["Center", ["Center", "Left", "Right"]],
        baseTimeUnit: ["Days", ["Days", "Months", "Years"]],
      }), minimum: scale("minimum"), maximum: scale("maximum"), majorUnit: scale("majorUnit"), minorUnit: scale("minorUnit"),
    },
    act: { setPositionAt: (t, at) => Object.assign(t, { position: "Custom", positionAt: at }), setCategoryNames: (t, r) => (t.categoryNames = reference(r)), setCustomDisplayUnit: (t, unit) => (t.customDisplayUnit = unit) },
  });
  type("ChartGridlines", { write: fields({ visible: true }), link: { format: part("ChartFormat", "format") } });

  // --- series
  const series = (t) => t.chart.series.map((one) => ({ ...t, one }));
  const at = (t, n) => series(t)[n] ?? fail("ItemNotFound", `The chart has no series ${n}.`);
  const S = (method) => ["ChartSeries", method];
  type("ChartSeriesCollection", {
    items: ["ChartSeries", series], read: { count: (t) => t.chart.series.length },
    object: {
      getItemAt: S(at),
      add: S((t, name = `Series${t.chart.series.length + 1}`, index = t.chart.series.length) => {
        const one = { name: String(name), values: "" };
        t.chart.series.splice(index, 0, one);
        return { ...t, one };
      }),
    },
    result: { getCount: (t) => t.chart.series.length },
  });
  const bag = fields({
    markerStyle: ["Automatic", ["Invalid", "Automatic", "None", "Square", "Diamond", "Triangle", "X", "Star", "Dot", "Dash", "Circle", "Plus", "Picture"]], markerSize: 5, markerForegroundColor: "", markerBackgroundColor: "", hasDataLabels: false, gapWidth: 150,
    overlap: 0, smooth: false, plotOrder: 1, axisGroup: ["Primary", ["Primary", "Secondary"]], doughnutHoleSize: 50, explosion: 0, filtered: false, firstSliceAngle: 0, invertIfNegative: false, invertColor: "", showShadow: false, varyByCategories: false, showLeaderLines: true,
  });
  const onSeries = Object.fromEntries(Object.entries(bag).map(([name, [get, set]]) => [name, [(t) => get(t.one), (t, given) => set(t.one, given)]]));
  const dimension = (name) => (t, source) => {
    if (!source?.sheet) fail("InvalidArgument", "A series takes its values from a range.");
    t.one[name] = reference(source);
  };
  type("ChartSeries", {
    gone: (t) => gone(t) || !t.chart.series.includes(t.one),
    write: {
      ...onSeries, name: [(t) => t.one.name, (t, given) => {
        t.one.name = stub.is("string")(given);
        delete t.one.nameFrom;
      }],
      chartType: [(t) => t.one.type ?? t.chart.type, (t, given) => (t.one.type = TYPES.includes(given) ? given : fail("InvalidArgument", `"${given}" is no type of chart.`))],
    },
    link: { format: ["ChartFormat", (t) => (t.one.format ??= {})], dataLabels: ["ChartDataLabels", (t) => (t.one.dataLabels ??= {})], points: ["ChartPointsCollection", (t) => t] },
    act: {
      setValues: dimension("values"), setXAxisValues: dimension("categories"), setBubbleSizes: dimension("sizes"), delete: (t) => t.chart.series.splice(t.chart.series.indexOf(t.one), 1),
    },
    result: { getDimensionValues: (t, which) => cellsOf(t.one[which === "Categories" || which === "XValues" ? "categories" : "values"]), getDimensionStringValues: (t, which) => cellsOf(t.one[which === "Categories" ? "categories" : "values"]).map(String) },
  });
  const cellsOf = (text) => (text ? stub.perCell(stub.fromAddress(stub.book.sheets[0], text), stub.valueOf).flat() : []);
  const pointsOf = (t) => cellsOf(t.one.values).map((_, n) => ({ t, n }));
  type("ChartPointsCollection", { items: ["ChartPoint", pointsOf], read: { count: (t) => pointsOf(t).length }, object: { getItemAt: ["ChartPoint", (t, n) => pointsOf(t)[n] ?? fail("ItemNotFound", "no point")] } });
  const point = ({ t, n }) => ((t.one.points ??= {})[n] ??= {});
  type("ChartPoint", { link: { format: ["ChartFormat", (p) => (point(p).format ??= {})], dataLabel: ["ChartDataLabels", (p) => (point(p).dataLabel ??= {})] }, read: { value: (p) => cellsOf(p.t.one.values)[p.n] }, write: { hasDataLabel: [(p) => Boolean(point(p).hasDataLabel), (p, given) => (point(p).hasDataLabel = given)] } });
})();
