// The sizes that matter: one page is looked at in several of them, one after another.

export const views = {
  phone: { width: 390, height: 844 },
  'tablet-portrait': { width: 810, height: 1080 },
  'tablet-landscape': { width: 1080, height: 810 },
  desk: { width: 1440, height: 900 },
  laptop: { width: 1280, height: 640 },
  small: { width: 320, height: 640 },
  short: { width: 320, height: 568 },
  'phone-dark': { width: 390, height: 844, dark: true },
  'tablet-landscape-dark': { width: 1080, height: 810, dark: true },
  'desk-dark': { width: 1440, height: 900, dark: true },
  'tablet-text200': { width: 1080, height: 810, text: 200 },
  'phone-text200': { width: 390, height: 844, text: 200 },
};

/** What a page can look like. Each page is looked at in one view of each class at least. */
export const layoutClasses = {
  phone: ['phone'],
  tablet: ['tablet-portrait', 'tablet-landscape'],
  desktop: ['desk'],
  dark: ['phone-dark', 'tablet-landscape-dark', 'desk-dark'],
  'text at 200 %': ['tablet-text200', 'phone-text200'],
};

/** One of each class, and nothing more: for pages of one column. */
export const oneOfEach = ['phone', 'tablet-portrait', 'desk', 'phone-dark', 'tablet-text200'];
export const patientViews = ['phone', 'tablet-portrait', 'tablet-landscape', 'desk', 'small', 'phone-dark', 'phone-text200', 'tablet-text200'];
export const deskViews = ['desk', 'laptop', 'desk-dark', 'tablet-portrait', 'tablet-landscape', 'phone', 'small', 'tablet-text200'];

/** In which every page is laid out without fault, whatever else it is looked at in. */
export const everyLayout = ['small', 'short', 'phone-text200', 'tablet-text200'];

/** Pages of staff are laid out in every other language, too. */
export const translatedLayouts = ['desk', 'tablet-portrait', 'phone'];

/** Where longer words show first: in these each patient's page is looked at in every other language, too. */
export const translatedViews = ['small', 'tablet-landscape'];

/** Shows an open page in another view, as if the window were dragged or the text enlarged. */
export async function show(page, view) {
  await page.setViewportSize({ width: view.width, height: view.height });
  await page.emulateMedia({ colorScheme: view.dark ? 'dark' : 'light', reducedMotion: 'reduce' });
  await page.evaluate(async (size) => {
    const { documentElement: root, body } = document;
    if (size) root.style.setProperty('font-size', `${size}%`);
    else root.style.removeProperty('font-size');
    // Chromium keeps what a container query in rem said when only the root's size changes: it has to look again.
    body.style.setProperty('container-type', 'normal');
    void body.offsetWidth;
    body.style.removeProperty('container-type');
    window.dispatchEvent(new Event('resize'));
    await document.fonts.ready;
    const endless = (animation) => animation.effect?.getComputedTiming().endTime === Infinity;
    await Promise.allSettled(document.getAnimations().filter((one) => !endless(one)).map((one) => one.finished));
    // What the page itself does about its new size is drawn with the next frame.
    for (let frame = 0; frame < 2; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, view.text ?? 0);
}
