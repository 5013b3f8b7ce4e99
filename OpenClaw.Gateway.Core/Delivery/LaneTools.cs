using Microsoft.Extensions.Logging;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Delivery.Previews;
using OpenClaw.Gateway.Core.Resilience;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>What all lanes use.</summary>
internal sealed record LaneTools(ICatalog Catalog, Circuits Circuits, DeliveryStore Store, DeliveryBook Book, PreviewStore Previews, IDrills? Drills, TimeProvider Time, ILogger Log);
