// Colours of the map, read from the page's own tokens.
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export const shades = (): string[] => [0, 1, 2, 3, 4, 5].map((step) => token(`shade-${step}`));
