using System.Security.Cryptography;
using OpenClaw.Gateway.Core.Abstractions;

namespace OpenClaw.Gateway.Core.Channels.WebSocket.Handshake;

/// <summary>A client that is let in. <c>Resumed</c> is the episode that its resume token names; null without one.</summary>
internal sealed record Admission(ChannelModel Channel, ChannelSettings Settings, SessionAddress Address, bool Signed, HandshakeQuery Query, Guid? Resumed);

/// <summary>
/// Decides who a client is and whether it may come in. Who has no valid credential learns nothing but that (401); what a
/// known user may not do is told after (403).
/// </summary>
internal sealed class Gatekeeper(ResumeTokens tokens, TimeProvider time)
{
    /// <summary>The admission, or null with the refusal.</summary>
    public Admission? Admit(ChannelModel channel, Offer offer, HandshakeQuery query, string? origin, out Refusal? refusal)
    {
        var settings = ChannelSettings.Of(channel);
        JwtClaims? claims = null;
        ResumeGrant? grant = null;
        refusal = ReadBearer(channel, offer, ref claims) ?? ReadResume(channel, offer, query, claims, ref grant);
        if (refusal is null) refusal = claims is null ? MayAnonymous(channel, settings, origin) : MaySigned(channel, claims, query);
        if (refusal is not null) return null;

        var user = claims?.Subject ?? grant?.User ?? NewAnonymousUser();
        if (settings.AllowedUsers?.Contains(user, StringComparer.Ordinal) == false)
        {
            refusal = Refusal.UserNotAllowed("You are not on the channel's list.");
            return null;
        }

        var address = new SessionAddress(query.Conversation, query.Thread, user, claims?.Name);
        return new(channel, settings, address, claims is not null, query, grant?.Session);
    }

    private Refusal? ReadBearer(ChannelModel channel, Offer offer, ref JwtClaims? claims)
    {
        if (offer.Bearer is null) return null;
        claims = Jwt.Verify(offer.Bearer, ChannelSettings.SigningSecrets(channel), time.GetUtcNow(), out var fault);
        return claims is null ? Refusal.Unauthorized("token_invalid", fault) : null;
    }

    private Refusal? ReadResume(ChannelModel channel, Offer offer, HandshakeQuery query, JwtClaims? claims, ref ResumeGrant? grant)
    {
        if (offer.Resume is null) return null;
        grant = tokens.Read(offer.Resume, channel.Id, query.Conversation, query.Thread);
        if (grant is not { } known) return Refusal.ResumeInvalid;
        if (known.Signed && claims is null) return Refusal.Unauthorized("token_missing", "A signed user who resumes also sends a token (bearer).");
        return claims is not null && !(known.Signed && string.Equals(known.User, claims.Subject, StringComparison.Ordinal)) ? Refusal.ResumeInvalid : null;
    }

    private static Refusal? MayAnonymous(ChannelModel channel, ChannelSettings settings, string? origin)
    {
        if (!settings.Anonymous || settings.Pairing || channel.Scope != SessionScope.User) return Refusal.Unauthorized("token_missing", "This channel takes signed users only: send a token (JWT, HS256) as the offered sub-protocol bearer.{jwt} or in the header Authorization: Bearer.");
        return Origins.Allow(settings.AllowedOrigins, origin) ? null : Refusal.Forbidden("origin_not_allowed", origin is null ? "The request names no origin (header Origin), and the channel's allowedOrigins lists some." : $"The origin {Printable(origin)} is not in the channel's allowedOrigins.");
    }

    /// <summary>A token's list binds on every scope; where sessions are shared, only what is listed may be joined.</summary>
    private static Refusal? MaySigned(ChannelModel channel, JwtClaims claims, HandshakeQuery query)
    {
        var allowed = claims.Conversations?.Contains(query.Conversation) ?? channel.Scope == SessionScope.User;
        return allowed ? null : Refusal.Forbidden("conversation_not_allowed", "The token does not list this conversation.");
    }

    private static string Printable(string origin) => new([.. origin.Take(200).Select(c => char.IsControl(c) ? ' ' : c)]);

    private static string NewAnonymousUser() => "anon-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
