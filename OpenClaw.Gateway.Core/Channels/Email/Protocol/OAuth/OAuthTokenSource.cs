namespace OpenClaw.Gateway.Core.Channels.Email.Protocol.OAuth;

/// <summary>
/// The access token of one account (RFC 6749), renewed five minutes before it ends, and when a mail server does not take it. A refresh
/// token that the server has changed is stored before the access token that came with it is used: the old one may be void by then.
/// </summary>
internal sealed class OAuthTokenSource(HttpClient http, OAuthClient client, Func<string, CancellationToken, Task> store, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly OAuthRequest _request = new(http, client, time);
    private string? _refreshToken = client.RefreshToken;
    private string? _unstored;
    private string? _token;
    private DateTimeOffset _renewAt;

    public void Dispose() => _one.Dispose();

    /// <summary>A token that is good for a while. Throws <see cref="OAuthException"/>, and what storing throws.</summary>
    public Task<string> GetAsync(CancellationToken cancellationToken) => GetAsync(null, cancellationToken);

    /// <summary>Another token than one that was refused; somebody else may have renewed it already.</summary>
    public Task<string> RenewAsync(string refused, CancellationToken cancellationToken) => GetAsync(refused, cancellationToken);

    /// <summary>Does something with a token; and once more with a new one if it was refused.</summary>
    /// <param name="work">Such as signing in.</param>
    /// <param name="isRefusal">Whether a new token may help.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<T> UseAsync<T>(Func<string, CancellationToken, Task<T>> work, Func<Exception, bool> isRefusal, CancellationToken cancellationToken)
    {
        var token = await GetAsync(cancellationToken);
        try
        {
            return await work(token, cancellationToken);
        }
        catch (Exception e) when (isRefusal(e))
        {
            return await work(await RenewAsync(token, cancellationToken), cancellationToken);
        }
    }

    private async Task<string> GetAsync(string? refused, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            await StoreAsync(cancellationToken);
            if (_token is { } token && token != refused && time.GetUtcNow() < _renewAt) return token;
            var answer = await _request.SendAsync(_refreshToken, cancellationToken);
            if (answer.RefreshToken is { } rotated && rotated != _refreshToken && client.Grant is OAuthGrant.RefreshToken) (_refreshToken, _unstored) = (rotated, rotated);
            _token = answer.AccessToken;
            _renewAt = time.GetUtcNow() + answer.Lifetime - (answer.Lifetime > Ahead * 2 ? Ahead : answer.Lifetime / 2);
            await StoreAsync(cancellationToken);
            return _token;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>One that could not be stored is stored before anything else is done: it may be the only good one.</summary>
    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        if (_unstored is not { } token) return;
        await store(token, cancellationToken);
        _unstored = null;
    }
}
