import { mount } from "svelte";
import { measures, startMeasuring } from "../measure.ts";
import { followPlace } from "./place.svelte.ts";
import "./report.css";
import ReportPage from "./ReportPage.svelte";

startMeasuring();
mount(ReportPage, { target: document.getElementById("app")! });
measures.ready = true;
followPlace();
// Browsers keep pages on this machine and behind TLS only; elsewhere the page works as long as there is a network.
if ("serviceWorker" in navigator) void navigator.serviceWorker.register("/report/worker.js", { scope: "/report" });
