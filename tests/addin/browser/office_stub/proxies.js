// Proxy objects as strict as Office's: what is read must have been loaded and synchronized; what is set or called
// waits in a queue until sync; members that no one declared here throw and name themselves.
(() => {
  const stub = globalThis.OfficeStub;
  const RAW = Symbol("the node behind a proxy");
  const NULL = Symbol("an object that is not there");

  class OfficeError extends Error {
    constructor(code, message, errorLocation = "") {
      super(message);
      this.name = "RichApi.Error";
      this.code = code;
      this.traceMessages = [];
      this.innerError = null;
      this.debugInfo = { code, message, errorLocation };
    }
    toString() {
      return `${this.name}: ${this.message}`;
    }
  }
  const fail = (code, message) => {
    throw new OfficeError(code, message);
  };
  const unknown = (where, member) => {
    throw new Error(`office_stub: ${where}.${String(member)} is not known. Either Excel has no such member or the stub lacks it.`);
  };
  /** An object whose unknown members throw, for the parts of Office that are no proxies. */
  const strict = (where, members) =>
    new Proxy(members, {
      get: (target, key) => (key in target || typeof key === "symbol" || key === "then" || key === "toJSON" ? target[key] : unknown(where, key)),
    });

  const types = new Map();
  /**
   * Declares a type of proxy. `read`: {name: get(target)}; `write`: {name: [get, set(target, value)]};
   * `link`: {name: [type, target => target]} for objects that are just there; `object`: {name: [type, (target,
   * ...arguments) => target]} for methods that give an object; `act` for methods that do; `result` for methods that
   * give a ClientResult; `events`: names; `items`: [type, target => targets] makes it a collection.
   */
  const type = (name, declared) => {
    const known = { read: {}, write: {}, link: {}, object: {}, act: {}, result: {}, events: [], tolerated: [], ...declared, name };
    types.set(name, known);
    return known;
  };

  const copy = (value) => {
    if (value?.[RAW]) return value[RAW];
    if (Array.isArray(value)) return value.map(copy);
    if (value instanceof Date) return new Date(value);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, copy(v)]));
    return value;
  };
  /** An argument as its target, at the time when the queue is worked off. */
  const given = (value, context) => {
    if (value instanceof Node) {
      if (value.context !== context) fail("InvalidRequestContext", "Cannot use the object across different request contexts.");
      return live(value);
    }
    if (Array.isArray(value)) return value.map((each) => given(each, context));
    if (value && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, given(v, context)]));
    }
    return value;
  };

  class Node {
    constructor(context, typeName, path, resolve) {
      Object.assign(this, { context, type: types.get(typeName), path, resolve, loaded: {}, children: {}, items: undefined, isNull: undefined });
      if (!this.type) throw new Error(`office_stub: no type ${typeName} is declared`);
    }
  }
  const live = (node) => {
    const target = node.resolve();
    return target === NULL ? fail("ItemNotFound", `The requested resource doesn't exist. (${node.path})`) : target;
  };
  /** A node that is found once, when the queue comes to it. */
  const found = (context, typeName, path, find) => {
    let target;
    let failure;
    const node = new Node(context, typeName, path, () => {
      if (failure) throw failure;
      if (target === undefined) throw new Error(`office_stub: ${path} is used before the queue came to it`);
      const gone = target !== NULL && types.get(typeName).gone?.(target);
      return gone ? fail("ItemNotFound", `The requested resource doesn't exist. (${path})`) : target;
    });
    context.queue.push(() => {
      try {
        target = find() ?? NULL;
      } catch (error) {
        failure = error;
        throw error;
      }
      node.isNull = target === NULL;
    });
    return wrap(node);
  };

  const child = (node, name) => {
    if (!node.children[name]) {
      const [typeName, follow] = node.type.link[name];
      const path = `${node.path}.${name}`;
      node.children[name] = new Node(node.context, typeName, path, () => {
        const parent = node.resolve();
        return parent === NULL ? NULL : (follow(parent) ?? NULL);
      });
    }
    return node.children[name];
  };
  const getter = (known, name) => known.read[name] ?? known.write[name]?.[0];
  const scalars = (known) => [...Object.keys(known.read), ...Object.keys(known.write)];

  const fill = (node, segments, fresh) => {
    const target = node.resolve();
    node.isNull = target === NULL;
    if (target === NULL) return;
    const { type: known } = node;
    const [head, ...rest] = segments;
    if (known.items && (head === "items" || (head !== undefined && !getter(known, head) && !known.link[head]))) {
      if (!fresh.has(node)) {
        fresh.add(node);
        const [typeName, list] = known.items;
        node.items = list(target).map((each, at) => new Node(node.context, typeName, `${node.path}.items[${at}]`, () =>
          types.get(typeName).gone?.(each) ? fail("ItemNotFound", `The requested resource doesn't exist. (${node.path})`) : each));
      }
      for (const item of node.items) fill(item, head === "items" ? rest : segments, fresh);
    } else if (head === undefined || head === "$all") {
      for (const name of scalars(known)) node.loaded[name] = copy(getter(known, name)(target));
      if (known.items) fill(node, ["items"], fresh);
    } else if (getter(known, head)) node.loaded[head] = copy(getter(known, head)(target));
    else if (known.link[head]) fill(child(node, head), rest, fresh);
    else if (!known.tolerated.includes(head)) {
      fail("InvalidArgument", `office_stub: ${known.name} has no property "${head}" to load (${node.path})`);
    }
  };
  const asPaths = (option) => {
    if (option === undefined) return [["$all"]];
    if (typeof option === "string") return option.split(",").map((each) => each.trim().split("/"));
    if (Array.isArray(option)) return option.flatMap(asPaths);
    if (option.select) return [...asPaths(option.select), ...(option.expand ? asPaths(option.expand) : [])];
    return Object.entries(option).flatMap(([name, value]) =>
      name === "$all" ? [["$all"]] : value === true ? [[name]] : asPaths(value).map((path) => [name, ...path]));
  };
  const load = (node, option) => {
    const paths = asPaths(option);
    node.context.queue.push(() => {
      const fresh = new Set();
      for (const path of paths) fill(node, path, fresh);
    });
    return wrap(node);
  };

  const notLoaded = (node, name) =>
    fail("PropertyNotLoaded", `The property '${name}' is not available. Before reading the property's value, call the load method on `
      + `the containing object and call "context.sync()" on the associated request context. (${node.path})`);
  const readProperty = (node, name, values) => {
    if (name in values) return values[name];
    return node.isNull ? undefined : notLoaded(node, name);
  };
  const assign = (node, name, value) => {
    const [, set] = node.type.write[name];
    const kept = copy(value);
    node.loaded[name] = value;
    node.context.queue.push(() => {
      if (kept === undefined) fail("InvalidArgument", `${node.path}.${name} cannot be undefined.`);
      set(live(node), given(kept, node.context));
    });
  };
  const call = (node, name) => (...values) => {
    const { type: known, context } = node;
    const kept = values.map(copy);
    const path = `${node.path}.${name}(${values.map((value) => (value?.[RAW] ? value[RAW].path : JSON.stringify(value))).join(", ")})`;
    const use = (target, method) => method(target, ...kept.map((value) => given(value, context)));
    if (known.object[name]) {
      const [typeName, method] = known.object[name];
      return found(context, typeName, path, () => {
        const target = node.resolve();
        return target === NULL ? NULL : use(target, method);
      });
    }
    if (known.result[name]) {
      const answer = { done: false };
      context.queue.push(() => Object.assign(answer, { done: true, value: copy(use(live(node), known.result[name])) }));
      return strict("ClientResult", {
        get value() {
          return answer.done ? answer.value : fail("ValueNotLoaded", `The value of ${path} is not there before "context.sync()".`);
        },
      });
    }
    context.queue.push(() => use(live(node), known.act[name]));
    return undefined;
  };
  const event = (node, name) =>
    strict(`${node.path}.${name}`, {
      add(handler) {
        const entry = { name, handler, node };
        node.context.queue.push(() => {
          entry.target = node.resolve();
          if (entry.target !== NULL) stub.handlers.push(entry);
        });
        return strict("EventHandlerResult", { context: node.context, remove: () => node.context.queue.push(() => forget(entry)) });
      },
      remove(handler) {
        node.context.queue.push(() => stub.handlers.filter((each) => each.handler === handler && each.name === name).forEach(forget));
      },
    });
  const forget = (entry) => {
    const at = stub.handlers.indexOf(entry);
    if (at >= 0) stub.handlers.splice(at, 1);
  };
  stub.handlers = [];
  stub.running = 0;
  /** Tells those who listen to an event of one of `targets`. */
  const tell = async (name, targets, details) => {
    for (const entry of stub.handlers.filter((each) => each.name === name && targets.includes(each.target))) await entry.handler(details);
  };

  const bulk = (node, properties) => {
    for (const [name, value] of Object.entries(properties)) {
      if (node.type.write[name]) assign(node, name, value);
      else if (node.type.link[name]) bulk(child(node, name), value);
      else unknown(node.type.name, name);
    }
  };
  const common = {
    load: (node) => (option) => load(node, option),
    context: (node) => node.context,
    isNullObject: (node) => (node.isNull === undefined ? notLoaded(node, "isNullObject") : node.isNull),
    set: (node) => (properties) => bulk(node, properties),
    track: (node) => () => wrap(node),
    untrack: (node) => () => wrap(node),
    toJSON: (node) => () => ({ ...node.loaded, ...(node.items ? { items: node.items.map(wrap) } : {}) }),
    toString: (node) => () => `[office_stub ${node.path}]`,
  };
  const handler = {
    get(holder, name) {
      const node = holder[RAW];
      if (name === RAW) return node;
      if (typeof name === "symbol" || name === "then") return undefined;
      const { type: known } = node;
      if (getter(known, name)) return readProperty(node, name, node.loaded);
      if (known.link[name]) return wrap(child(node, name));
      if (known.object[name] || known.act[name] || known.result[name]) return call(node, name);
      if (known.events.includes(name)) return event(node, name);
      if (name === "items" && known.items) {
        return node.items ? node.items.map(wrap) : node.isNull ? undefined : notLoaded(node, "items");
      }
      return common[name] ? common[name](node) : unknown(known.name, name);
    },
    set(holder, name, value) {
      const node = holder[RAW];
      if (node.type.write[name]) assign(node, name, value);
      else if (node.type.read[name]) throw new TypeError(`office_stub: ${node.type.name}.${name} can only be read`);
      else if (node.type.link[name] && value && !value[RAW] && typeof value === "object") bulk(child(node, name), value);
      else unknown(node.type.name, name);
      return true;
    },
    has: (holder, name) => {
      const known = holder[RAW].type;
      return Boolean(getter(known, name) || known.link[name] || known.object[name] || known.act[name] || known.result[name] || common[name]);
    },
  };
  const wrap = (node) => (node.proxy ??= new Proxy({ [RAW]: node }, handler));

  const pause = () =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(0);
    });

  class RequestContext {
    constructor() {
      this.queue = [];
      this.root = {};
      this.trackedObjects = strict("TrackedObjects", { add() {}, remove() {} });
      return strictContext(this);
    }
    get workbook() {
      return wrap((this.root.workbook ??= new Node(this, "Workbook", "workbook", () => stub.book)));
    }
    get application() {
      return this.workbook.application;
    }
    trace(message) {
      this.queue.push(() => stub.traces.push(message));
    }
    async sync(value) {
      await pause();
      stub.syncs = (stub.syncs ?? 0) + 1;
      const { queue } = this;
      this.queue = [];
      // As in Excel: what comes before a failing call stays done, what comes after it is not done.
      const traces = (stub.traces = []);
      try {
        for (const operation of queue) operation();
      } catch (error) {
        if (error instanceof OfficeError) error.traceMessages = [...traces];
        throw error;
      }
      await stub.flush();
      return value;
    }
  }
  const strictContext = (context) => {
    const guarded = new Proxy(context, {
      get(target, name) {
        if (name in target || typeof name === "symbol" || name === "then") return Reflect.get(target, name, guarded);
        return unknown("RequestContext", name);
      },
    });
    return guarded;
  };

  // Events wait here until the queue is through.
  const waiting = [];
  stub.later = (name, targets, details) => waiting.push([name, targets, details]);
  stub.flush = async () => {
    const now = waiting.splice(0);
    for (const each of now) setTimeout(() => tell(...each), 0);
  };

  const run = async (first, second) => {
    const batch = second ?? first;
    let context = null;
    if (second && first instanceof RequestContext) context = first;
    else if (second && first?.[RAW]) context = first[RAW].context;
    else if (second && Array.isArray(first) && first[0]?.[RAW]) context = first[0][RAW].context;
    context ??= new RequestContext();
    stub.running += 1;
    try {
      const value = await batch(context);
      await context.sync();
      return value;
    } finally {
      stub.running -= 1;
    }
  };

  /** A type whose properties are plain values in the model, each {name: default}, [default, choices] or a check. */
  const color = (value) => {
    if (typeof value !== "string") fail("InvalidArgument", `${JSON.stringify(value)} is no color.`);
    if (value === "") return "";
    const plain = /^[0-9a-f]{6}$/i.test(value) ? `#${value}` : value;
    if (/^#[0-9a-f]{6}$/i.test(plain)) return plain.toUpperCase();
    if (!/^[a-z]+$/i.test(plain) || !CSS.supports("color", plain)) fail("InvalidArgument", `"${value}" is no color.`);
    const canvas = document.createElement("canvas").getContext("2d");
    canvas.fillStyle = plain;
    return canvas.fillStyle.toUpperCase();
  };
  const fields = (defaults) =>
    Object.fromEntries(Object.entries(defaults).map(([name, initial]) => {
      const [fallback, choices] = Array.isArray(initial) ? initial : [initial, null];
      return [name, [
        (target) => target[name] ?? fallback,
        (target, value) => {
          const isColor = /color$/i.test(name);
          if (value === null) fail("InvalidArgument", `${name} cannot be null.`);
          if (choices && !choices.includes(value)) fail("InvalidArgument", `${name} cannot be ${JSON.stringify(value)}; it is one of ${choices.join(", ")}.`);
          if (!choices && !isColor && fallback !== null && typeof value !== typeof fallback) {
            fail("InvalidArgument", `${name} must be a ${typeof fallback}, not ${JSON.stringify(value)}.`);
          }
          target[name] = isColor ? color(value) : value;
        },
      ]];
    }));
  /** A link to an object inside the model, made when it is first written to. */
  const part = (typeName, name) => [typeName, (target) => (target[name] ??= {})];

  Object.assign(stub, { NULL, OfficeError, fail, unknown, strict, type, RequestContext, run, color, fields, part, tell });
})();
