import { Icon } from '../icons.tsx'

/** Scenery: another module for apps to be in the background of (W 4.1). The speed is the vehicle's. */
export function NavigationModule({ speedKmh }: { speedKmh: number }) {
  return (
    <section class="navigation" aria-label="Navigation">
      <div class="map-ground">
        <StreetMap />
      </div>
      <div class="map-haze" />
      <span class="map-car" aria-hidden="true">
        <svg viewBox="0 0 48 48" aria-hidden="true">
          <path d="M24 5l15 36-15-8-15 8z" />
        </svg>
      </span>
      <div class="manoeuvre">
        <Icon name="turnRight" />
        <p>
          <b>350 m</b>
          <span>Quay Street</span>
        </p>
      </div>
      <div class="map-speed">
        <b>{Math.round(speedKmh)}</b>
        <span>km/h</span>
      </div>
      <p class="arrival">
        <b>18 min</b>
        <span>12 km</span>
        <span>to Old Harbour</span>
      </p>
    </section>
  )
}

const sideStreets = [60, 150, 250, 340, 450, 640, 760, 850, 960, 1060, 1150]
const crossStreets = [90, 190, 270, 380, 490, 620, 700, 800]

/** A town that does not exist: river, parks, streets, and the route to follow. */
function StreetMap() {
  return (
    <svg class="map" viewBox="0 0 1200 900" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      <rect class="map-land" width="1200" height="900" />
      <path class="map-park" d="M0 0h330l-30 150-130 70L0 190zM760 520l170-30 60 150-140 110-120-80z" />
      <path class="map-park" d="M1010 60l190-40v230l-150 20z" />
      <path
        class="map-water"
        d="M-20 640C140 560 220 600 330 520S420 330 560 300s190 40 300-40 170-200 360-220l20 90c-160 10-220 130-330 210s-200 30-320 60-120 150-230 230S120 680-20 760z"
      />
      <g class="map-streets">
        {sideStreets.map((x) => (
          <path key={x} d={`M${x} -20L${x + 40} 920`} />
        ))}
        {crossStreets.map((y) => (
          <path key={y} d={`M-20 ${y + 30}L1220 ${y - 40}`} />
        ))}
      </g>
      <g class="map-roads">
        <path d="M-20 430C200 420 420 430 600 450s420-40 620-60" />
        <path d="M560 -20C570 200 590 330 600 450s-20 300 0 470" />
        <path d="M180 -20c40 240 20 460 90 640s300 200 460 180 300-220 330-420-60-280-20-400" />
      </g>
      <path
        class="map-route-glow"
        d="M600 920c-10-150 10-330 0-470 130 14 240 0 340-20 60-110 100-180 110-240"
      />
      <path class="map-route" d="M600 920c-10-150 10-330 0-470 130 14 240 0 340-20 60-110 100-180 110-240" />
    </svg>
  )
}
