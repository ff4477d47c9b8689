/** Made up. */
export const places = [
  {
    name: 'Bakery Lemaire',
    address: '12 Rue des Lilas',
    window: '09:00–09:30',
    parcels: 2,
    note: 'Ring at the yard door',
  },
  { name: 'Dr. Okonkwo', address: '3 Place du Marché', window: '09:30–10:00', parcels: 1 },
  {
    name: 'Garage Nord',
    address: '88 Avenue de Saint-Ouen',
    window: '10:00–11:00',
    parcels: 4,
    note: 'Heavy: two persons',
  },
  {
    name: 'Camille Roux',
    address: '5 bis Rue Monge',
    window: '11:00–11:30',
    parcels: 1,
    note: 'Third floor, no lift',
  },
  { name: 'Hôtel Bellevue', address: '41 Quai de Seine', window: '11:30–12:00', parcels: 3 },
]
