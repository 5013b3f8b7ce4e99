using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.HeldMessages;

namespace OpenClaw.Portal.Components.Pages.HeldMessages;

/// <summary>A channel's newest held messages. Read again now and then while its page is read anew.</summary>
public sealed partial class HeldPanel : IDisposable
{
    private const int Shown = 3;
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(3);
    private readonly CancellationTokenSource _stop = new();
    private bool _isReading;
    private long _readAt;

    /// <summary>The channel.</summary>
    [Parameter, EditorRequired]
    public required Guid Channel { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>On whose behalf it is read.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>It is there also when nothing is held back: on channels where that is to be expected.</summary>
    [Parameter]
    public bool Always { get; set; }

    [Inject]
    private HeldMessageQueries Queries { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<HeldMessageView>? Newest { get; set; }

    private int Count { get; set; }

    private string Address => $"{Base}/channels/{Channel}/held";

    /// <inheritdoc />
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_isReading || (Newest is not null && Time.GetElapsedTime(_readAt) < Again)) return;
        _isReading = true;
        try
        {
            _readAt = Time.GetTimestamp();
            var caller = await Caller();
            var page = await Queries.ListAsync(caller, Channel, new(), new(Shown), _stop.Token);
            Count = page?.Next is null ? page?.Items.Count ?? 0 : (await Queries.CountAsync(caller, Channel, new(), _stop.Token))?.Count ?? 0;
            Newest = page?.Items ?? [];
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
