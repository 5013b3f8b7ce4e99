using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>What all lanes use.</summary>
internal sealed record LaneTools(ICatalog Catalog, ICallGate Gate, DeliveryStore Store, DeliveryBook Book, TimeProvider Time, ILogger Log);
