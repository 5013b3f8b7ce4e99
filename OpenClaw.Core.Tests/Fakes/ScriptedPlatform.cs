using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Core.Tests.Fakes;

/// <summary>A platform in memory (kind <c>platform</c>) that does what the test says: its connections, what comes in, what is shown and sent.</summary>
internal sealed class ScriptedPlatform : IChannelKind, IChannelConnector, IChannelSender, IChannelPreviews
{
    public const string Name = "platform";

    private readonly Channel<PlatformMessage> _waiting = Channel.CreateUnbounded<PlatformMessage>();
    private int _open;

    public string Kind => Name;

    public IReadOnlyList<SettingSpec> Settings => [];

    public IReadOnlyList<string> Secrets => ["token"];

    public IReadOnlyList<string> MadeSecrets => [];

    /// <summary>What a connection does once it is connected; by default it brings in what was put in, until it is cut.</summary>
    public Func<IChannelConnection, CancellationToken, Task>? Connect { get; set; }

    /// <summary>Thrown by the next connections, one each.</summary>
    public ConcurrentQueue<Exception> Faults { get; } = new();

    /// <summary>Connections that were begun, in order.</summary>
    public ConcurrentQueue<long> Generations { get; } = new();

    /// <summary>The most that were open at once.</summary>
    public int MostOpen { get; private set; }

    public ConcurrentQueue<(PlatformMessage Message, PlatformOutcome Outcome)> Outcomes { get; } = new();

    /// <summary>The messages that the platform shows, by their ids.</summary>
    public ConcurrentDictionary<string, string> Shown { get; } = new();

    /// <summary>Every call that showed or took away: what and when.</summary>
    public ConcurrentQueue<(string Call, string? Receipt, string Text)> Calls { get; } = new();

    public Func<GrowingAnswer, PreviewOutcome?>? OnShow { get; set; }

    public Func<OutgoingPart, SendOutcome?>? OnSend { get; set; }

    public bool IsStreaming { get; set; } = true;

    public bool IsUp { get; set; } = true;

    public bool IsReady(ChannelModel channel) => IsUp;

    public TimeSpan TypingEvery => TimeSpan.FromSeconds(4);

    public static IServiceCollection Add(IServiceCollection services, ScriptedPlatform platform)
    {
        services.AddSingleton<IChannelKind>(platform);
        services.AddSingleton<IChannelConnector>(platform);
        services.AddSingleton<IChannelSender>(platform);
        return services;
    }

    public static PlatformMessage Message(string id, string text, string user = "ada", string conversation = "c1", bool isGroup = false, bool isAddressed = false, bool isCommand = false) => new()
    {
        Address = new(conversation, null, user, user), ExternalId = id, Text = Utf8Text.From(text), IsGroup = isGroup, IsAddressed = isAddressed, IsCommand = isCommand,
    };

    public void Put(PlatformMessage message) => _waiting.Writer.TryWrite(message);

    public string? AccountOf(JsonElement settings, IReadOnlyDictionary<string, string> secrets) => secrets.GetValueOrDefault("token");

    public async Task RunAsync(IChannelConnection connection, CancellationToken cancellationToken)
    {
        Generations.Enqueue(connection.Generation);
        MostOpen = Math.Max(MostOpen, Interlocked.Increment(ref _open));
        try
        {
            if (Faults.TryDequeue(out var fault)) throw fault;
            if (Connect is not null)
            {
                await Connect(connection, cancellationToken);
                return;
            }

            connection.Connected("the bot");
            await BringAsync(connection, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }

    public async Task BringAsync(IChannelConnection connection, CancellationToken cancellationToken)
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync(cancellationToken))
        {
            connection.Proof();
            Outcomes.Enqueue((message, await connection.AcceptAsync(message, cancellationToken)));
        }
    }

    public ValueTask<SendOutcome> SendAsync(ChannelModel channel, OutgoingPart part, CancellationToken cancellationToken)
    {
        if (OnSend?.Invoke(part) is { } scripted) return new(scripted);
        var id = part.Preview ?? "m" + (Shown.Count + 1);
        Shown[id] = part.Text.ToString();
        Calls.Enqueue((part.Preview is null ? "send" : "final", id, part.Text.ToString()));
        return new(SendOutcome.Sent(id));
    }

    public bool Streams(ChannelModel channel, SessionAddress address) => IsStreaming;

    public TimeSpan Pace(ChannelModel channel, SessionAddress address) => TimeSpan.FromSeconds(1);

    public ValueTask TypingAsync(ChannelModel channel, SessionAddress address, AnsweredEntry? inReplyTo, CancellationToken cancellationToken)
    {
        Calls.Enqueue(("typing", null, address.Conversation));
        return default;
    }

    public ValueTask<PreviewOutcome> ShowAsync(ChannelModel channel, GrowingAnswer answer, CancellationToken cancellationToken)
    {
        if (OnShow?.Invoke(answer) is { } scripted) return new(scripted);
        var id = answer.Receipt ?? "m" + (Shown.Count + 1);
        Shown[id] = answer.Text.ToString();
        Calls.Enqueue((answer.Receipt is null ? "show" : "edit", id, answer.Text.ToString()));
        return new(PreviewOutcome.Shown(id));
    }

    public ValueTask<bool> RemoveAsync(ChannelModel channel, SessionAddress address, string receipt, CancellationToken cancellationToken)
    {
        Shown.TryRemove(receipt, out _);
        Calls.Enqueue(("remove", receipt, ""));
        return new(true);
    }

    public IEnumerable<(string Field, string Message)> Validate(JsonElement settings) => [];

    public string MakeSecret(string name) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<PreflightCheck>> TestAsync(ChannelModel channel, CancellationToken cancellationToken) => new([]);
}
