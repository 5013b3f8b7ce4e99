using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Channels.Discord.Mapping;
using OpenClaw.Gateway.Core.Channels.Discord.Protocol.Rest;

namespace OpenClaw.Gateway.Core.Channels.Discord.Interactions;

/// <summary>The answer that Discord wants within three seconds. It says nothing yet, and promises nothing.</summary>
internal static class Deferral
{
    private const int DeferredMessage = 5;
    private const int DeferredUpdate = 6;
    private const int Choices = 8;

    /// <summary>True when Discord took it, or has had one: the interaction's token is good.</summary>
    public static async Task<bool> AnswerAsync(DiscordApi api, ulong id, string token, JsonElement interaction, CancellationToken cancellationToken)
    {
        object body = InteractionMapper.TypeOf(interaction) switch
        {
            InteractionType.Command => new { type = DeferredMessage },
            // nothing is suggested; without an answer people would read that the application fails
            InteractionType.Autocomplete => new { type = Choices, data = new { choices = Array.Empty<object>() } },
            _ => new { type = DeferredUpdate },
        };
        try
        {
            await api.CallbackAsync(id, token, body, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DiscordException e)
        {
            return e.Code == DiscordErrors.AlreadyAcknowledged;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
