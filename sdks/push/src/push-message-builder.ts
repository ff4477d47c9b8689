export interface MqttChannel {
  enabled: boolean
  data?: object
}

export interface GcmChannel extends MqttChannel {
  collapseKey?: string
  delayWhileIdle?: boolean
  timeToLive?: number
  restrictedPackageName?: string
}

export interface ApnsChannel extends MqttChannel {
  alert?: string | object
  sound?: string
  badge?: number
  contentAvailable?: true
  category?: string
  mutableContent?: true
}

/** Body of a message (P 8.1). The `send…` flags and `pushMessageType` have no setters: apps add them here. */
export interface PushMessage {
  data: object
  gcm: GcmChannel
  apns: ApnsChannel
  jpush: MqttChannel
  mqtt: MqttChannel
  sendToDevelopment?: boolean
  sendToProduction?: boolean
  pushMessageType?: string
  sendAppID?: boolean
  sendSender?: boolean
  sendWhen?: boolean
  sendOrigin?: boolean
  sendObjectScope?: boolean
  sendTopicID?: boolean
}

/** Builds a message (P 14.4). All channels are on unless switched off. */
export class KiiPushMessageBuilder {
  readonly #message: PushMessage

  /** @param data for all channels: one level of strings, numbers and booleans */
  constructor(data?: object | null) {
    this.#message = {
      data: data ?? {},
      gcm: { enabled: true },
      apns: { enabled: true },
      jpush: { enabled: true },
      mqtt: { enabled: true },
    }
  }

  enableGcm(enabled: boolean): this {
    return this.#gcm({ enabled })
  }

  enableApns(enabled: boolean): this {
    return this.#apns({ enabled })
  }

  enableJpush(enabled: boolean): this {
    this.#message.jpush.enabled = enabled
    return this
  }

  enableMqtt(enabled: boolean): this {
    this.#message.mqtt.enabled = enabled
    return this
  }

  setSendToDevelopment(send: boolean): this {
    this.#message.sendToDevelopment = send
    return this
  }

  setSendToProduction(send: boolean): this {
    this.#message.sendToProduction = send
    return this
  }

  /** Its values must be strings. */
  gcmData(data: object): this {
    return this.#gcm({ data })
  }

  gcmCollapseKey(collapseKey: string): this {
    return this.#gcm({ collapseKey })
  }

  gcmDelayWhileIdle(delayWhileIdle: boolean): this {
    return this.#gcm({ delayWhileIdle })
  }

  /** @param timeToLive seconds */
  gcmTimeToLive(timeToLive: number): this {
    return this.#gcm({ timeToLive })
  }

  gcmRestrictedPackageName(restrictedPackageName: string): this {
    return this.#gcm({ restrictedPackageName })
  }

  apnsData(data: object): this {
    return this.#apns({ data })
  }

  apnsAlert(alert: string | object): this {
    return this.#apns({ alert })
  }

  apnsSound(sound: string): this {
    return this.#apns({ sound })
  }

  apnsBadge(badge: number): this {
    return this.#apns({ badge })
  }

  /** @param contentAvailable more than 0: on */
  apnsContentAvailable(contentAvailable: number): this {
    delete this.#message.apns.contentAvailable
    return contentAvailable > 0 ? this.#apns({ contentAvailable: true }) : this
  }

  apnsCategory(category: string): this {
    return this.#apns({ category })
  }

  /** @param mutableContent more than 0: on */
  apnsMutableContent(mutableContent: number): this {
    delete this.#message.apns.mutableContent
    return mutableContent > 0 ? this.#apns({ mutableContent: true }) : this
  }

  jpushData(data: object): this {
    this.#message.jpush.data = data
    return this
  }

  /** Goes over `data` where names are the same. */
  mqttData(data: object): this {
    this.#message.mqtt.data = data
    return this
  }

  build(): PushMessage {
    const { gcm, apns, jpush, mqtt } = this.#message
    return { ...this.#message, gcm: { ...gcm }, apns: { ...apns }, jpush: { ...jpush }, mqtt: { ...mqtt } }
  }

  #gcm(members: Partial<GcmChannel>): this {
    Object.assign(this.#message.gcm, members)
    return this
  }

  #apns(members: Partial<ApnsChannel>): this {
    Object.assign(this.#message.apns, members)
    return this
  }
}
