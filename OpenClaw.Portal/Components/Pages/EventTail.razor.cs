using System.Text.Json;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls;

namespace OpenClaw.Portal.Components.Pages;

/// <summary>The last events of a tenant that concern something, newest first; drawn at most four times a second.</summary>
public sealed partial class EventTail
{
    private const int Most = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly LinkedList<GatewayEvent> _events = [];
    private IReadOnlyList<GatewayEvent> _shown = [];
    private Task _work = Task.CompletedTask;
    private bool _changed;
    private bool _paused;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>Where the tenant's pages begin.</summary>
    [Parameter, EditorRequired]
    public required string Base { get; set; }

    /// <summary>Which events.</summary>
    [Parameter, EditorRequired]
    public required Func<GatewayEvent, bool> Concerns { get; set; }

    [Inject]
    private IEventBus Bus { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _stop.Dispose();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender) _work = Task.WhenAll(ListenAsync(), DrawAsync());
    }

    private static string Word(string type) => type switch
    {
        EventTypes.MessageReceived => "Message in",
        EventTypes.MessageRouted => "Given to the agent",
        EventTypes.ResponseGenerated => "Answer",
        EventTypes.ResponseDelivered => "Delivered",
        EventTypes.ResponseFailed => "Failed",
        EventTypes.SessionCreated => "New session",
        EventTypes.SessionUpdated => "Session changed",
        EventTypes.DeadLetterAdded => "Dead letter",
        EventTypes.AgentStatus => "Agent changed",
        EventTypes.ChannelStatus => "Channel changed",
        _ => Humanize.Words(type.Replace('.', ' ')),
    };

    private static string TextOf(GatewayEvent happened)
    {
        if (happened.Payload.ValueKind != JsonValueKind.Object) return "";
        return Of(happened.Payload, "text") ?? (Of(happened.Payload, "cause") is { } cause ? CauseAdvices.For(cause).What : null) ?? (Of(happened.Payload, "circuit") is { } circuit ? $"circuit {circuit.Replace('_', ' ')}" : "");
    }

    private static string? Of(JsonElement payload, string name) => payload.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task ListenAsync()
    {
        await foreach (var happened in Bus.SubscribeAsync(TenantId, null, _stop.Token))
        {
            if (happened is null || !Concerns(happened)) continue;
            lock (_lock)
            {
                _events.AddFirst(happened);
                if (_events.Count > Most) _events.RemoveLast();
                _changed = true;
            }
        }
    }

    private async Task DrawAsync()
    {
        using var timer = new PeriodicTimer(Interval, Time);
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            lock (_lock)
            {
                if (!_changed || _paused) continue;
                (_shown, _changed) = ([.. _events], false);
            }

            await InvokeAsync(StateHasChanged);
        }
    }
}
