// The entry of the task pane. xlwings loads it on every page, its alert dialog included, where there is no pane.
import "./apportion.js";
import { start } from "./apportion/start.js";

if (document.getElementById("apportion-pane")) start();
