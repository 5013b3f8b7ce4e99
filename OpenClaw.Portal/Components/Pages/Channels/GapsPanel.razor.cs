using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Channels;
using OpenClaw.Portal.Components.Controls;

namespace OpenClaw.Portal.Components.Pages.Channels;

/// <summary>A channel's gaps. Read again when one begins or ends, and now and then for what was noted in passing.</summary>
public sealed partial class GapsPanel : IDisposable
{
    private const int PageSize = 10;
    private const int MostShown = PageRequest.MaxLimit;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _stop = new();
    private string? _next;
    private int _shown = PageSize;
    private bool _isReading;
    private DateTimeOffset? _gapSince;
    private long _readAt;

    /// <summary>The channel.</summary>
    [Parameter, EditorRequired]
    public required Guid Channel { get; set; }

    /// <summary>On whose behalf the ledger is read.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>Since when messages may be missing; null = none are.</summary>
    [Parameter]
    public DateTimeOffset? GapSince { get; set; }

    [Inject]
    private ChannelGapQueries Queries { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<ChannelGapView>? Gaps { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_isReading || (Gaps is not null && _gapSince == GapSince && Time.GetElapsedTime(_readAt) < Again)) return;
        await ReadAsync();
    }

    private static string Lost(ChannelGapView gap) => gap switch
    {
        { EndedAt: null } => "not known yet",
        { Missed: null } => "cannot be known",
        _ => Humanize.Count(gap.Missed.Value),
    };

    private Task MoreAsync()
    {
        _shown = Math.Min(_shown + PageSize, MostShown);
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        _isReading = true;
        try
        {
            (_gapSince, _readAt) = (GapSince, Time.GetTimestamp());
            if (await Queries.ListAsync(await Caller(), Channel, new(_shown), _stop.Token) is { } page) (Gaps, _next) = (page.Items, page.Next);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // the page is gone
        }
        finally
        {
            _isReading = false;
        }
    }
}
