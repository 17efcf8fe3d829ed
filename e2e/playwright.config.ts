import { defineConfig } from '@playwright/test'

// The pages are served under a host name that is not localhost, so that cookies, certificates and the secure-context
// rules are those of a real installation; the browser itself maps the name to loopback.
export const host = 'lianyuan.test'

export const sizes = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
}

/** How a phone differs from a desktop for the browser. */
export const handheld = { viewport: sizes.phone, isMobile: true, hasTouch: true }

export default defineConfig({
  testMatch: '*.spec.ts',
  outputDir: '../build/e2e',
  workers: 2, // each with a server and a world of its own; people think longer than two cores compute
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 15_000 }, // two cores draw maps in software beside the server
  reporter: [['list'], ['json', { outputFile: '../build/results/pages.json' }]],
  use: {
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    ignoreHTTPSErrors: true,
    actionTimeout: 30_000, // what is missing is said while the story is young
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        `--host-resolver-rules=MAP ${host} 127.0.0.1`,
        '--ignore-certificate-errors', // service workers do not heed ignoreHTTPSErrors
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        // Where no graphics card is, only WebGL needs the emulated one: pages are painted without it, at half the cost.
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--disable-gpu-compositing',
        '--disable-gpu-rasterization',
      ],
    },
  },
  projects: [
    { name: 'desktop', use: { viewport: sizes.desktop } },
    { name: 'phone', use: handheld, grepInvert: /say no word of ours in Chinese/ }, // the words are those of the desktop
  ],
})
