// Looks at something now and again and again; what it returns ends it.
export function lookEvery(intervalMs: number, look: () => void): () => void {
  look();
  const timer = setInterval(look, intervalMs);
  return () => clearInterval(timer);
}
