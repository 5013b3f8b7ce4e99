using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.Connections;

/// <summary>One connection as its connector sees it. Once it has ended nothing that the connector still says counts.</summary>
internal sealed class ChannelConnection(ChannelOwner owner, ChannelModel channel, long generation, IChannelNotes notes) : IChannelConnection
{
    private volatile bool _hasEnded;

    /// <inheritdoc />
    public ChannelModel Channel => owner.Tools.Catalog.FindChannel(channel.Id) ?? channel;

    /// <inheritdoc />
    public long Generation => generation;

    /// <inheritdoc />
    public IChannelNotes Notes => notes;

    /// <inheritdoc />
    public OpenGap? Gap => owner.Gap;

    /// <summary>It has been connected.</summary>
    public bool WasConnected { get; private set; }

    public void End() => _hasEnded = true;

    /// <inheritdoc />
    public void Connected(string account)
    {
        if (_hasEnded) return;
        WasConnected = true;
        owner.Connected(account);
    }

    /// <inheritdoc />
    public void Waits(string cause, string detail, string? fix = null)
    {
        if (!_hasEnded) owner.Waits(cause, detail, fix);
    }

    /// <inheritdoc />
    public void Warns(string? cause, string? detail = null, string? fix = null)
    {
        if (!_hasEnded) owner.Warns(cause, detail, fix);
    }

    /// <inheritdoc />
    public void Proof()
    {
        if (!_hasEnded) owner.Proof();
    }

    /// <inheritdoc />
    public ValueTask<PlatformOutcome?> ScreenAsync(PlatformMessage message, CancellationToken cancellationToken) => owner.Tools.Door.ScreenAsync(Channel, message, cancellationToken);

    /// <inheritdoc />
    public ValueTask<PlatformOutcome> AcceptAsync(PlatformMessage message, CancellationToken cancellationToken) =>
        _hasEnded ? new(new PlatformOutcome(PlatformVerdict.TryLater)) : owner.Tools.Door.AcceptAsync(Channel, message, cancellationToken);

    /// <inheritdoc />
    public ValueTask CloseGapAsync(int recovered, int? missed, string? detail, CancellationToken cancellationToken) =>
        _hasEnded ? default : new(owner.CloseGapAsync(recovered, missed, detail).WaitAsync(cancellationToken));

    /// <inheritdoc />
    public ValueTask NoteGapAsync(DateTimeOffset since, int recovered, int? missed, string reason, string? detail, CancellationToken cancellationToken) =>
        new(owner.Tools.Gaps.NoteAsync(Channel, since, recovered, missed, reason, detail).WaitAsync(cancellationToken));

    /// <inheritdoc />
    public ValueTask RenameConversationAsync(string before, string now, CancellationToken cancellationToken) => owner.Tools.Aliases.RenameAsync(Channel, before, now, cancellationToken);
}
