// Reads codes with the camera: by the browser's own reader where there is one, by jsQR where there is none.
import { onBeforeUnmount, ref } from 'vue'

interface Reader { detect(source: CanvasImageSource): Promise<{ rawValue: string }[]> }
declare global {
  interface Window { BarcodeDetector?: new (o: { formats: string[] }) => Reader }
}

// warm reads what the camera will need, while there is a network.
export async function warm(): Promise<void> {
  if (!window.BarcodeDetector) await import('jsqr')
}

async function reader(): Promise<(video: HTMLVideoElement) => Promise<string>> {
  if (window.BarcodeDetector) {
    const own = new window.BarcodeDetector({ formats: ['qr_code'] })
    return async (video) => (await own.detect(video))[0]?.rawValue ?? ''
  }
  const { default: jsQR } = await import('jsqr')
  const canvas = document.createElement('canvas')
  return async (video) => {
    const scale = Math.min(1, 800 / video.videoWidth)
    canvas.width = Math.round(video.videoWidth * scale)
    canvas.height = Math.round(video.videoHeight * scale)
    const pen = canvas.getContext('2d')
    if (!pen || !canvas.width) return ''
    pen.drawImage(video, 0, 0, canvas.width, canvas.height)
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height)
    return jsQR(data, width, height)?.data ?? ''
  }
}

export function useScan(found: (code: string) => void) {
  const video = ref<HTMLVideoElement>()
  const scanning = ref(false)
  const refused = ref(false)
  let stream: MediaStream | undefined

  function stop(): void {
    scanning.value = false
    stream?.getTracks().forEach((track) => track.stop())
    stream = undefined
  }

  async function start(): Promise<void> {
    refused.value = false
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      scanning.value = true
      const look = await reader()
      await new Promise((go) => requestAnimationFrame(go))
      if (!video.value || !stream) return stop()
      video.value.srcObject = stream
      await video.value.play()
      while (scanning.value) {
        const code = await look(video.value).catch(() => '')
        if (code && scanning.value) {
          stop()
          found(code)
          return
        }
        await new Promise((go) => setTimeout(go, 150))
      }
    } catch {
      stop()
      refused.value = true
    }
  }
  onBeforeUnmount(stop)
  return { video, scanning, refused, start, stop }
}
