// The buttons of the ribbon. A classic script that runs after main.js: Office needs to know every action as soon as
// the page is there, or the first click only loads the add-in.
(() => {
  const listed = document.getElementById("apportion-commands");
  if (!listed || typeof Office === "undefined" || !Office.actions) return; // the page of a dialog, or no Excel

  /**
   * Associates a button of the manifest; its event is completed whatever happens, or Excel keeps waiting.
   * @param {string} id
   * @param {() => unknown} act
   */
  const associate = (id, act) => {
    Office.actions.associate(id, async (event) => {
      try {
        await act();
      } catch (error) {
        console.error(error);
      } finally {
        event?.completed();
      }
    });
  };

  for (const command of JSON.parse(listed.textContent ?? "[]")) {
    associate(`apportion-${command.name}`, () => globalThis.apportion.runFromRibbon(command.name));
  }
  associate("apportion-help", () => globalThis.apportion.openHelp());
})();
