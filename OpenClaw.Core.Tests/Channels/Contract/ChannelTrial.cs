using OpenClaw.Core.Tests.Fakes;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Channels.Contract;

/// <summary>A channel of some kind with a stand-in of its platform, as <see cref="ChannelContract"/> tries it. The agent echoes.</summary>
internal abstract class ChannelTrial : IAsyncDisposable
{
    /// <summary>The gateway.</summary>
    public required PlatformRoad Road { get; init; }

    /// <summary>The channel; its scope and limits are the defaults, but no rate limit per user.</summary>
    public ChannelModel Channel { get; set; } = null!;

    /// <summary>False for kinds whose messages come in by a call.</summary>
    public virtual bool HasConnection => true;

    /// <summary>The most UTF-16 units of one message; 0 = there is no limit.</summary>
    public abstract int LongestText { get; }

    /// <summary>What people have received that is still shown, in order.</summary>
    public abstract IReadOnlyList<string> Received { get; }

    /// <summary>A person writes.</summary>
    public abstract Task SayAsync(string text);

    /// <summary>The platform brings its last message once more. False: this platform cannot.</summary>
    public abstract Task<bool> SayAgainAsync();

    /// <summary>Cuts the connection, or all ways to the platform for a moment.</summary>
    public abstract Task CutAsync();

    /// <summary>The next message is refused for being one too many, with the platform's wish to wait a second.</summary>
    public abstract void LimitNext();

    /// <summary>The credentials do not hold any more; what is connected ends.</summary>
    public abstract Task RevokeAsync();

    public async ValueTask DisposeAsync()
    {
        await Road.DisposeAsync();
        await DisposePlatformAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract ValueTask DisposePlatformAsync();
}
