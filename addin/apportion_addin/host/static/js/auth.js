// xlwings asks this function for the Authorization header of every call, those of cell functions included. A classic
// script, since custom-functions-code.js is one: it is there before any module runs.
(() => {
  const KEY = "apportion-token";
  // Some hosts give a task pane no storage; the token then lives as long as the page.
  let remembered = "";

  /**
   * The token that goes with every call; "" when none was given.
   * @returns {Promise<{token: string, provider: string}>}
   */
  globalThis.getAuth = async () => {
    try {
      return { token: localStorage.getItem(KEY) ?? remembered, provider: "" };
    } catch {
      return { token: remembered, provider: "" };
    }
  };

  /**
   * Keeps the token for every later call.
   * @param {string} token
   */
  globalThis.keepToken = (token) => {
    remembered = token;
    try {
      localStorage.setItem(KEY, token);
    } catch {
      // It is remembered above.
    }
  };
})();
