import "@fontsource-variable/inter/wght.css";
import { mount } from "svelte";
import "./app.css";
import "./theme/themes.css";
import "./place/place.css";
import "./measuring/measuring.css";
import "./zone/zone.css";
import "./view/page.css";
import "./role/role.css";
import "./history/history.css";
import App from "./App.svelte";
import { startMeasuring } from "./measure.ts";

startMeasuring();
mount(App, { target: document.getElementById("app")! });
