// The service worker: keeps the phone page on the phone, so that it opens without a network. Everything else, above
// all what the node says and is told, goes past it.
const worker = self as unknown as ServiceWorkerGlobalScope;
const { version, files } = JSON.parse("__PHONE_FILES__") as { version: string; files: string[] };
const PAGE = "/report/";
const CACHE = `sargas-phone-${version}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepFiles().then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== worker.location.origin) return;
  if (event.request.mode === "navigate" && pathname === PAGE.slice(0, -1)) event.respondWith(Response.redirect(PAGE));
  else if (files.includes(pathname)) event.respondWith(answer(pathname, event.request));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(CACHE);
  await cache.addAll(files.map((path) => new Request(path, { cache: "reload" })));
}

async function dropOlder(): Promise<void> {
  const names = (await caches.keys()).filter((name) => name.startsWith("sargas-phone-") && name !== CACHE);
  await Promise.all(names.map((name) => caches.delete(name)));
}

async function answer(path: string, request: Request): Promise<Response> {
  return (await caches.match(path, { cacheName: CACHE })) ?? fetch(request);
}
