/**
 * Why a message came to nothing, with a sentence for a person. The codes are stable: they stand in
 * `LogEntry.reason` and `HostView.drops`. The partner gets no error (W 3.2), so this is where it is told.
 */
export const dropReasons = {
  // Downlink: partner → app.
  vehicle_offline: 'The head unit is in Private mode or without network (W 9.2, 9.3).',
  topic_outside_portal: 'The topic name is not one of the portal (W 2.3).',
  uid_malformed: 'The UID in the topic name is malformed (W 2.3).',
  vin_malformed: 'The VIN in the topic name is malformed (W 2.3).',
  vin_of_other_vehicle: 'The topic name carries the VIN of another vehicle.',
  payload_not_json: 'The payload is not JSON in UTF-8 (W 3.2).',
  payload_not_object: 'The payload is JSON, but not an object (W 3.2).',
  payload_too_deep: 'The payload nests arrays and objects more than 256 levels deep.',
  id_app_malformed: '`idApp` is missing or not a string (W 3.1).',
  popup_malformed: '`popup` is neither a boolean nor null (W 3.1).',
  popup_text_malformed: '`popupText` is missing, empty or not a string (W 3.2).',
  id_app_unknown: 'The vehicle has no app of this id (W 3.1).',
  app_without_package: 'The app has no package yet, so no head unit shows it.',
  app_not_offered: 'The app is not offered in this country, brand or head unit (W 11.2).',
  app_of_other_partner: 'The app belongs to another partner than the sender (W 3.1).',
  pending_overflow: 'The pending buffer was full; its oldest message fell out (W 6.2).',
  popup_queue_full: 'As many popups as there may be were outstanding (W 7.1).',
  app_removed: 'The app has left the wall of the vehicle (W 4.2).',
  head_unit_off: 'The head unit was switched off (W 9.5).',
  popup_late: 'The popup came while the head unit was away; it is not shown late (W 9.3).',
  // Uplink: app → partner.
  private_mode: 'The vehicle is in Private mode (W 9.2).',
  no_connection: 'The head unit is not connected; nothing is queued (W 6.4).',
  subtopic_malformed:
    'The subtopic is not a string, holds +, #, U+0000 or an empty level, or exceeds 256 bytes (W 2.3, 6.4).',
  value_not_serialisable: 'The value has no JSON form (W 6.4).',
  not_acknowledged: 'The connection was lost or the broker refused the message (W 6.4).',
  acknowledgement_timeout: 'The broker did not acknowledge in time (W 6.4).',
  // Either way.
  payload_too_large: 'The payload exceeds 131,072 bytes (W 2.9).',
  // App → app, host → app.
  app_not_running: 'The app does not run (W 5.2, 6.5).',
  held_overflow: 'As many messages as may wait for the app were waiting (W 6.5).',
  keyboard_overflow: 'Too much happened while the virtual keyboard was open (W 6.7).',
  content_not_cloneable: 'The content cannot be handed on to another frame (W 6.5).',
  // From a frame, ignored.
  message_malformed: 'Not a message of the portal: no object with a `type` (W 5).',
  message_type_unknown: 'The host knows no message of this type (W 5).',
  text_malformed: 'The `text` of a popup is missing or not a string (W 7.3).',
  sender_not_in_foreground: 'Only the app on screen may open another (W 6.6).',
  notification_malformed: 'The `id` or `body` of a notification is missing, empty or not a string (W 7.4).',
  notification_too_large:
    'The notification has no JSON form, is larger than 16,384 bytes, or nests more than 256 levels deep (W 7.4).',
  notification_exists: 'The notification center has an entry of this app with this `id` (W 7.4).',
  notifications_full: 'The notification center is full (W 7.4).',
  app_already_loaded: 'This instance has announced itself before (W 4.2).',
} as const

export type DropReason = keyof typeof dropReasons
