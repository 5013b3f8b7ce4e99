using Microsoft.AspNetCore.Http;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>What a client offers as sub-protocols and credentials.</summary>
internal sealed record Offer(string? Resume, string? Bearer)
{
    /// <summary>The one sub-protocol that is ever selected.</summary>
    public const string Protocol = "openclaw.v1";

    private const string ResumePrefix = "resume.";
    private const string BearerPrefix = "bearer.";
    private const string BearerScheme = "Bearer ";

    /// <summary>The offer, or null with what is wrong. The sub-protocols' bearer goes before the header's.</summary>
    public static Offer? Parse(IList<string> protocols, string? authorization, out Refusal? refusal)
    {
        refusal = null;
        if (!protocols.Contains(Protocol, StringComparer.Ordinal))
        {
            refusal = Refusal.BadRequest($"Offer the sub-protocol {Protocol}.");
            return null;
        }

        var resume = protocols.Where(p => p.StartsWith(ResumePrefix, StringComparison.Ordinal)).ToList();
        var bearer = protocols.Where(p => p.StartsWith(BearerPrefix, StringComparison.Ordinal)).ToList();
        if (resume.Count > 1 || bearer.Count > 1)
        {
            refusal = Refusal.BadRequest("Offer at most one resume token and one bearer token.");
            return null;
        }

        var header = authorization?.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase) == true ? authorization[BearerScheme.Length..].Trim() : null;
        return new(
            resume.Count == 1 ? resume[0][ResumePrefix.Length..] : null,
            bearer.Count == 1 ? bearer[0][BearerPrefix.Length..] : header);
    }
}
