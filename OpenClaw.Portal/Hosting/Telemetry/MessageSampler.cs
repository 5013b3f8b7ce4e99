using System.Buffers.Binary;
using OpenTelemetry.Trace;

namespace OpenClaw.Portal.Hosting.Telemetry;

/// <summary>
/// Records a share of the traces: each whole or not at all, and the same ones on every node, as the trace's id alone decides. Its last eight bytes do: the first ones of a
/// message's id are the time.
/// </summary>
internal sealed class MessageSampler : Sampler
{
    private readonly ulong _below;
    private readonly bool _takesAll;

    public MessageSampler(double ratio)
    {
        (_takesAll, _below) = (ratio >= 1, (ulong)(Math.Clamp(ratio, 0, 1) * Random));
        Description = FormattableString.Invariant($"MessageSampler({ratio})");
    }

    /// <summary>So many values: the two bits above say what kind of id it is.</summary>
    private const ulong Random = 1UL << 62;

    public override SamplingResult ShouldSample(in SamplingParameters samplingParameters)
    {
        Span<byte> id = stackalloc byte[16];
        samplingParameters.TraceId.CopyTo(id);
        return new(_takesAll || (BinaryPrimitives.ReadUInt64BigEndian(id[8..]) & (Random - 1)) < _below);
    }
}
