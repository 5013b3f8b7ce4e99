using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Delivery;

/// <summary>Whether calls to a channel's platform go through: its circuit, and the pauses that it asks for.</summary>
internal interface ICallGate
{
    /// <summary>Takes the right to one call; false: not before <paramref name="next"/> (null: until somebody changes that). Whoever got it tells the outcome, or leaves.</summary>
    bool TryEnter(ChannelModel channel, out DateTimeOffset? next);

    /// <summary>The call went well.</summary>
    void Succeeded(ChannelModel channel);

    /// <summary>The call failed.</summary>
    void Failed(ChannelModel channel, SendFailure failure);

    /// <summary>Nothing was called.</summary>
    void Leave(ChannelModel channel);
}
